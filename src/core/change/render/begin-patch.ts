import { legible } from '../bytes.ts';
import type { Creation, Edit, Modification } from '../change.ts';
import { fileLines } from '../file-lines.ts';
import { chunk, whyUnchunkable } from './chunk.ts';
import { type RenderedEdit, told, untold } from './rendered.ts';

/** One edit as a section between `*** Begin Patch` and `*** End Patch`. */
export function beginPatchOf(edit: Edit): RenderedEdit {
  if (edit.path !== edit.path.trim()) return untold('a name that begins or ends with a space');
  switch (edit.kind) {
    case 'create':
      return creation(edit);
    case 'delete': {
      const lost = edit.content === null ? [] : [`what ${legible(edit.path)} must hold when it is deleted`];
      return told(`*** Delete File: ${edit.path}\n`, lost);
    }
    case 'modify':
      return update(edit);
    case 'copy':
      return untold('a copy');
    case 'write':
    case 'replace':
    case 'insert':
      return untold(`a "${edit.kind}" edit without the lines of the file around it`);
  }
}

function creation({ path, mode, content }: Creation): RenderedEdit {
  if (mode !== '100644') return untold(`mode ${mode}`);
  if (content !== '' && !content.endsWith('\n')) return untold('a last line without a line end');
  if (content.includes('\r')) return untold('CRLF line ends of a new file');
  const lines = fileLines(content).map((line) => `+${line}`);
  return told(`*** Add File: ${path}\n${lines.join('')}`);
}

function update(edit: Modification): RenderedEdit {
  const why = whyUntellable(edit);
  if (why !== null) return untold(why);
  const { path, from, hunks } = edit;
  const move = from === null ? '' : `*** Move to: ${path}\n`;
  const lost = hunks.some((hunk) => hunk.oldStart !== null && hunk.countsAgree)
    ? [`the line numbers of ${legible(from ?? path)}`]
    : [];
  return told(`*** Update File: ${from ?? path}\n${move}${hunks.map(chunk).join('')}`, lost);
}

/** What this form and search and replace cannot say of a file's change; null when they can say it all. */
export function whyUntellable(edit: Modification): string | null {
  const { from, newMode, binary } = edit;
  if (from !== null && from !== from.trim()) return 'a name that begins or ends with a space';
  if (newMode !== null) return 'a change of mode';
  if (binary !== null) return 'binary content';
  return whyUnchunkable(edit);
}
