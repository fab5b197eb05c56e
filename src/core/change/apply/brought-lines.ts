import { latin1 } from '../bytes.ts';
import type { Edit, Span } from '../change.ts';
import { fileLines, withoutBom, withoutEol } from '../file-lines.ts';

/** A line of text that a patch brings along, and where it says so. */
export interface Brought {
  /** Bytes as latin1, without line end. */
  readonly text: string;
  readonly span: Span;
  readonly from: Edit['kind'];
}

/** All lines that the edits of one file add to it. `after` tells what binary content came to. */
export function broughtLines(edits: readonly Edit[], after: Uint8Array): Brought[] {
  return edits.flatMap((edit) => linesOf(edit, after));
}

function linesOf(edit: Edit, after: Uint8Array): Brought[] {
  switch (edit.kind) {
    case 'create':
    case 'write':
      return edit.mode === '120000' ? [] : linesIn(edit.content, edit);
    case 'replace':
      return linesIn(edit.replacement, edit);
    case 'insert':
      return linesIn(edit.text, edit);
    case 'modify':
    case 'copy':
      if (edit.binary !== null) return linesIn(latin1(after), edit);
      return edit.hunks.flatMap(({ lines, span }) =>
        lines.flatMap(({ kind, text }) => (kind === 'added' ? [{ text, span, from: edit.kind }] : [])),
      );
    case 'delete':
      return [];
  }
}

function linesIn(text: string, { kind, span }: Edit): Brought[] {
  return fileLines(withoutBom(text)).map((line) => ({ text: withoutEol(line), span, from: kind }));
}
