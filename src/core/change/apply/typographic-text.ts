import { latin1 } from '../bytes.ts';
import type { Span } from '../change.ts';
import { codePoint } from '../hidden-characters.ts';
import { printedIn } from '../place/typography.ts';
import type { Brought } from './brought-lines.ts';

/** Characters of print that a file gets and has had none of. */
export interface Printed {
  /** Of the edit or hunk that brings the first of them. */
  readonly span: Span;
  /** `U+201C (double quote)`, each once. */
  readonly names: readonly string[];
}

/**
 * Quotes, dashes and blanks of print that a patch adds to a file without any of them; null where it adds none. They land
 * as they are written: nobody can tell whether a chat window made them, or an author means them.
 */
export function newlyPrinted(brought: readonly Brought[], before: Uint8Array | null): Printed | null {
  const names = new Set<string>();
  let span: Span | null = null;
  for (const one of brought) {
    for (const { char, kind } of printedIn(one.text)) {
      names.add(`${codePoint(char)} (${kind})`);
      span ??= one.span;
    }
  }
  if (span === null || (before !== null && printedIn(latin1(before)).length > 0)) return null;
  return { span, names: [...names] };
}
