import type { Path } from '../../git.ts';
import { legible } from '../bytes.ts';
import type { Edit, Hunk, Modification } from '../change.ts';
import { nameOn } from '../formats/chat/file-name.ts';
import { sideBytes } from '../hunk-sides.ts';
import { whyUntellable } from './begin-patch.ts';
import { countsOf } from './hunk-text.ts';
import { type RenderedEdit, told, untold } from './rendered.ts';

/** One edit as SEARCH/REPLACE blocks, each under the name of its file. */
export function searchReplaceOf(edit: Edit): RenderedEdit {
  if (nameLine(edit.path) === null) return untold('a name that would be read as other words');
  switch (edit.kind) {
    case 'create':
      if (edit.mode !== '100644') return untold(`mode ${edit.mode}`);
      if (!edit.content.endsWith('\n')) return untold('a new file that is empty, or ends without a line end');
      return block(edit.path, '', edit.content);
    case 'modify':
      return edit.from === null ? blocks(edit) : untold('another name for a file');
    case 'delete':
      return untold('a deletion');
    case 'copy':
      return untold('a copy');
    case 'write':
    case 'replace':
    case 'insert':
      return untold(`a "${edit.kind}" edit without the lines of the file around it`);
  }
}

function blocks(edit: Modification): RenderedEdit {
  const why = whyUntellable({ ...edit, order: 'ordered' }) ?? edit.hunks.map(whyHunkUntellable).find(Boolean);
  if (why) return untold(why);
  if (edit.hunks.length === 0) return untold('a change without lines');
  const parts: string[] = [];
  for (const hunk of edit.hunks) {
    const one = block(edit.path, sideBytes(hunk, 'old').join(''), sideBytes(hunk, 'new').join(''));
    if (one.kind === 'inexpressible') return one;
    parts.push(one.text);
  }
  return told(parts.join('\n'), lostOf(edit));
}

function whyHunkUntellable(hunk: Hunk): string | null {
  if (hunk.anchors.length > 0) return 'a hunk that is placed below a named line';
  if (hunk.atEnd) return 'a hunk that is placed at the end of the file';
  return countsOf(hunk).old === 0 ? 'new lines without any line around them' : null;
}

function lostOf({ path, hunks, order }: Modification): string[] {
  const numbers = hunks.some((hunk) => hunk.oldStart !== null && hunk.countsAgree);
  return [
    ...(numbers ? [`the line numbers of ${legible(path)}`] : []),
    ...(order === 'ordered' && hunks.length > 1 ? [`the order of the hunks of ${legible(path)}`] : []),
  ];
}

/** The line that names a file, in backticks where it needs them; null where no line would be read as this name. */
function nameLine(path: Path): string | null {
  for (const line of [path, `\`${path}\``]) {
    const said = nameOn(line);
    if (said.kind === 'name' && said.name === path) return line;
  }
  return null;
}

/** A line that one of the markers could be taken for ends a block early, and the form knows no way around that. */
const MARKER = /^(?:[<>=+-]{5,}|:start_line:|:end_line:|\\)/m;

function block(path: Path, old: string, fresh: string): RenderedEdit {
  if (MARKER.test(old) || MARKER.test(fresh)) return untold('lines that look like its own markers');
  return told(`${nameLine(path)}\n<<<<<<< SEARCH\n${old}=======\n${fresh}>>>>>>> REPLACE\n`);
}
