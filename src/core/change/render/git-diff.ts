import type { Path } from '../../git.ts';
import type { Copy, Creation, Deletion, Edit, Hunk, Modification } from '../change.ts';
import { fileLines } from '../file-lines.ts';
import { binaryBody } from './binary-body.ts';
import { countsOf, hunkBody } from './hunk-text.ts';
import { quotedName } from './quoted-name.ts';
import { type RenderedEdit, told, untold } from './rendered.ts';

/** One edit as a `diff --git` section. Source of the format: git's diff-generate-patch. */
export function gitDiffOf(edit: Edit): RenderedEdit {
  switch (edit.kind) {
    case 'create':
      return told(creation(edit));
    case 'delete':
      return edit.content === null
        ? untold('the deletion of a file whose content the patch does not show')
        : told(deletion(edit, edit.content));
    case 'modify':
    case 'copy':
      return rewriting(edit);
    case 'write':
    case 'replace':
    case 'insert':
      return untold(`a "${edit.kind}" edit without the lines of the file around it`);
  }
}

function creation({ path, mode, content }: Creation): string {
  const head = `${header(path, path)}new file mode ${mode}\n`;
  if (content === '') return head;
  if (content.includes('\0')) return head + binaryBody({ from: '', to: content });
  return `${head}--- /dev/null\n+++ ${quotedName(`b/${path}`)}\n${wholeHunk('+', content)}`;
}

function deletion({ path, oldMode }: Deletion, content: string): string {
  // A section without content is a deletion by its mode line alone, so an unknown mode is taken for a plain file's.
  const mode = oldMode ?? (content === '' || content.includes('\0') ? '100644' : null);
  const head = header(path, path) + (mode === null ? '' : `deleted file mode ${mode}\n`);
  if (content === '') return head;
  if (content.includes('\0')) return head + binaryBody({ from: content, to: '' });
  return `${head}--- ${quotedName(`a/${path}`)}\n+++ /dev/null\n${wholeHunk('-', content)}`;
}

function wholeHunk(sign: '+' | '-', content: string): string {
  const lines = fileLines(content);
  const open = content.endsWith('\n') ? '' : '\n\\ No newline at end of file\n';
  const range = sign === '+' ? `-0,0 +1,${lines.length}` : `-1,${lines.length} +0,0`;
  return `@@ ${range} @@\n${lines.map((line) => sign + line).join('')}${open}`;
}

function rewriting(edit: Modification | Copy): RenderedEdit {
  const untellable = whyUntellable(edit);
  if (untellable !== null) return untold(untellable);
  const { path, from, hunks, binary } = edit;
  const lines = [header(from ?? path, path)];
  if (edit.kind === 'modify' && edit.oldMode !== null) lines.push(`old mode ${edit.oldMode}\n`);
  if (edit.newMode !== null) lines.push(`new mode ${edit.newMode}\n`);
  if (from !== null) lines.push(...moved(edit, from));
  if (binary !== null) lines.push(binaryBody(binary));
  if (hunks.length > 0) {
    lines.push(
      `--- ${quotedName(`a/${from ?? path}`)}\n+++ ${quotedName(`b/${path}`)}\n`,
      ...numbered(hunks),
    );
  }
  return told(lines.join(''));
}

function whyUntellable({ hunks, order }: Modification | Copy): string | null {
  if (order === 'any' && hunks.length > 1) return 'hunks whose order is open';
  if (hunks.some(({ anchors }) => anchors.length > 0)) return 'a hunk that is placed below a named line';
  if (hunks.some(({ atEnd, oldEndsWithoutNewline }) => atEnd && !oldEndsWithoutNewline))
    return 'a hunk that is placed at the end of the file';
  return null;
}

function moved({ kind, path }: Modification | Copy, from: Path): string[] {
  const how = kind === 'copy' ? 'copy' : 'rename';
  return [`${how} from ${quotedName(from)}\n`, `${how} to ${quotedName(path)}\n`];
}

function header(from: string, to: string): string {
  return `diff --git ${quotedName(`a/${from}`)} ${quotedName(`b/${to}`)}\n`;
}

/** Hunks with the headers that they were read from; those whose numbers say nothing get a header without any. */
function* numbered(hunks: readonly Hunk[]): Generator<string> {
  let shift = 0;
  for (const hunk of hunks) {
    const counts = countsOf(hunk);
    const range =
      hunk.oldStart === null || !hunk.countsAgree
        ? ''
        : `-${hunk.oldStart},${counts.old} +${newStart(hunk.oldStart, counts, shift)},${counts.new} `;
    yield `@@ ${range}@@${hunk.headerEol === '\r\n' ? '\r\n' : '\n'}${hunkBody(hunk)}`;
    shift += counts.new - counts.old;
  }
}

/** A side without lines names the line before it, the other side the line at which it starts. */
function newStart(oldStart: number, counts: { readonly old: number; readonly new: number }, shift: number) {
  const first = (counts.old === 0 ? oldStart + 1 : oldStart) + shift;
  return counts.new === 0 ? first - 1 : first;
}
