import type { Rung } from '../change.ts';
import type { Work } from '../work.ts';
import { type Findable, findOnce, type Once, withLf } from './find-once.ts';

/** Literal replacement in a file's text: what takes the place of what stands from `start` up to, without, `end`. */
export type Replaced =
  | {
      readonly kind: 'replaced';
      readonly rung: Rung;
      readonly start: number;
      readonly end: number;
      readonly fresh: string;
    }
  | Exclude<Once, { kind: 'once' }>;

/**
 * Replaces `pattern`, which must stand in `text` exactly once. Where the pattern fits only with `\r\n` and `\n` taken as
 * equal, or says nothing about line ends, the new text gets the file's.
 */
export function replaceOnce(
  file: Findable & { readonly eol: '\n' | '\r\n' | null },
  { pattern, replacement }: { readonly pattern: string; readonly replacement: string },
  work: Work,
): Replaced {
  const found = findOnce(file, pattern, work);
  if (found.kind !== 'once') return found;
  const fresh =
    found.rung === 'exact'
      ? inFileLineEnds(file, pattern, replacement)
      : inOwnLineEnds(file.text.slice(found.start, found.end), replacement);
  return {
    kind: 'replaced',
    rung: fresh === replacement ? found.rung : 'line-ends',
    ...{ start: found.start, end: found.end, fresh },
  };
}

/** A pattern within one line says nothing about line ends, so new ones are the file's. */
function inFileLineEnds(
  file: { readonly eol: '\n' | '\r\n' | null },
  pattern: string,
  replacement: string,
): string {
  const free = replacement.includes('\n') && !pattern.includes('\n') && !replacement.includes('\r');
  if (!free || file.eol !== '\r\n') return replacement;
  return replacement.replaceAll('\n', '\r\n');
}

function inOwnLineEnds(own: string, replacement: string): string {
  return own.includes('\r\n') ? withLf(replacement).replaceAll('\n', '\r\n') : withLf(replacement);
}

/**
 * Whether text that stands nowhere was probably meant as a regular expression. Only for the hint: code is full of
 * parentheses and dots, so nothing is refused for its looks.
 */
export function looksLikeRegex(pattern: string): boolean {
  return /\.[*+]|\\[sSdDwWb]|\[\^|\(\?|^\^|\$$|\([^()]*\|[^()]*\)/.test(pattern);
}
