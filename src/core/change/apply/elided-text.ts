import type { Path } from '../../git.ts';
import { latin1 } from '../bytes.ts';
import { fileLines, withoutEol } from '../file-lines.ts';
import { isPlaceholder, kindOfText, mayBePlaceholder } from '../placeholder.ts';
import type { Brought } from './brought-lines.ts';

/** A new line of a file that stands for others, which the file has lost or never got. */
export interface ElidedLine extends Brought {
  /** Line of the file after the patch, from 1. */
  readonly line: number;
}

/**
 * The new lines of a file by which its author left others out. A line that stood in the file before may stay, and move.
 * Where a whole file takes the place of another one, less has to be said to be understood so.
 */
export function elidedLines(
  path: Path,
  brought: readonly Brought[],
  file: { readonly before: Uint8Array | null; readonly after: Uint8Array },
): ElidedLine[] {
  const kind = kindOfText(path);
  const replaced = file.before !== null;
  const suspects = brought.filter(({ text, from }) =>
    from === 'write' && replaced ? mayBePlaceholder(text, kind) : isPlaceholder(text, kind),
  );
  if (suspects.length === 0) return [];
  const known = new Set(trimmedLines(file.before ?? new Uint8Array()));
  const standing = trimmedLines(file.after);
  const lineOf = new Map<string, number>();
  for (const [at, text] of standing.entries()) if (!lineOf.has(text)) lineOf.set(text, at + 1);
  return suspects.flatMap((one) => {
    const text = one.text.trim();
    const line = lineOf.get(text);
    return line === undefined || known.has(text) ? [] : [{ ...one, line }];
  });
}

function trimmedLines(bytes: Uint8Array): string[] {
  return fileLines(latin1(bytes)).map((line) => withoutEol(line).trim());
}
