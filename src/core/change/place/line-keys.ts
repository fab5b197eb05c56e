import type { Rung } from '../change.ts';
import { withoutBom, withoutEol } from '../file-lines.ts';
import { spend, type Work } from '../work.ts';
import { type LineIndex, lineIndex } from './line-index.ts';
import { inAscii, typedAs } from './typography.ts';

/** How lines are compared. Each way takes for equal what the ways before it take for equal. */
export type Keying = Extract<Rung, 'exact' | 'line-ends' | 'trailing-space' | 'indent' | 'typography'>;

/** The two loosest rungs forgive missing lines, and compare those that are there like the rung before them. */
export function keyingOf(rung: Rung): Keying {
  return rung === 'elision' || rung === 'gap' ? 'typography' : rung;
}

/** What two lines have in common when they count as equal. Only the first line of a side may begin with a BOM. */
export function lineKey(line: string, keying: Keying, isFirst: boolean): string {
  if (keying === 'exact') return line;
  const text = isFirst ? withoutBom(withoutEol(line)) : withoutEol(line);
  if (keying === 'line-ends') return text;
  const plain = trimmedEnd(keying === 'typography' ? inAscii(text) : text);
  return keying === 'trailing-space' ? plain : withoutIndent(plain);
}

/**
 * The keys by which a line of a patch may be found. Lines of a file have one key each, so that no two of them become equal
 * by what a patch may mean; where several stand, all of them count as places.
 */
export function soughtKeys(line: string, keying: Keying, isFirst: boolean): readonly string[] {
  const typed = keying === 'typography' ? typedAs(line) : [line];
  return typed.map((one) => lineKey(one, keying, isFirst));
}

/** A line of a patch as `indentedKey` has it, read in the way in which it is the file's line `own`, indentation aside. */
export function indentedLike(own: string, line: string, by: { keying: Keying; isFirst: boolean }): string {
  const plain = indentedKey(line, by.keying, by.isFirst);
  if (by.keying !== 'typography') return plain;
  const bare = withoutIndent(own);
  const keys = typedAs(line).map((one) => indentedKey(one, by.keying, by.isFirst));
  return keys.find((key) => withoutIndent(key) === bare) ?? plain;
}

/** A line as it is compared, with its indentation: what a shift is measured by. */
export function indentedKey(line: string, keying: Keying, isFirst: boolean): string {
  const text = lineKey(line, 'trailing-space', isFirst);
  return keying === 'typography' ? trimmedEnd(inAscii(text)) : text;
}

function withoutIndent(text: string): string {
  let start = 0;
  while (isBlank(text.charCodeAt(start))) start++;
  return text.slice(start);
}

/** Without blanks at the end, carriage returns among them. */
function trimmedEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(0, end);
}

/** Tab, vertical tab, form feed, carriage return, space. */
function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || (code >= 0x0b && code <= 0x0d);
}

/** A file's lines, and an index of them for each way of comparing, made when it is first asked for. */
export interface Searchable {
  readonly lines: readonly string[];
  readonly index: (keying: Keying) => LineIndex;
  /**
   * `known`: it is the version that the hunks were made from, so that their line numbers are true. `other`: the patch says
   * that it was made from another one, so that they decide nothing.
   */
  readonly base: 'known' | 'unknown' | 'other';
}

/** Each index costs a step for every line. */
export function searchable(
  lines: readonly string[],
  work: Work,
  base: Searchable['base'] = 'unknown',
): Searchable {
  const made = new Map<Keying, LineIndex>();
  const index = (keying: Keying): LineIndex => {
    const known = made.get(keying);
    if (known !== undefined) return known;
    spend(work, lines.length);
    const fresh = lineIndex(lines.map((line, at) => lineKey(line, keying, at === 0)));
    made.set(keying, fresh);
    return fresh;
  };
  return { lines, index, base };
}
