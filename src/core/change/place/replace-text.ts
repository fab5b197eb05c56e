import type { Rung } from '../change.ts';
import { dominantEol, fileLines } from '../file-lines.ts';
import { findOnce, type Once, withLf } from './find-once.ts';

/** Literal replacement in a file's text. */
export type Replaced =
  | { readonly kind: 'replaced'; readonly rung: Rung; readonly text: string }
  | Exclude<Once, { kind: 'once' }>;

/**
 * Replaces `pattern`, which must stand in `text` exactly once. Where the pattern fits only with `\r\n` and `\n` taken as
 * equal, or says nothing about line ends, the new text gets the file's.
 */
export function replaceOnce(text: string, pattern: string, replacement: string): Replaced {
  const found = findOnce(text, pattern);
  if (found.kind !== 'once') return found;
  const fresh =
    found.rung === 'exact'
      ? inFileLineEnds(text, pattern, replacement)
      : inOwnLineEnds(text.slice(found.start, found.end), replacement);
  return {
    kind: 'replaced',
    rung: fresh === replacement ? found.rung : 'line-ends',
    text: text.slice(0, found.start) + fresh + text.slice(found.end),
  };
}

/** A pattern within one line says nothing about line ends, so new ones are the file's. */
function inFileLineEnds(text: string, pattern: string, replacement: string): string {
  const free = replacement.includes('\n') && !pattern.includes('\n') && !replacement.includes('\r');
  if (!free || dominantEol(fileLines(text)) === '\n') return replacement;
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
