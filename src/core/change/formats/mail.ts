import { legible } from '../bytes.ts';
import type { PatchLine } from './patch-lines.ts';

/** What stands above the first file of a patch. */
export interface Preamble {
  /** A mail, as `git format-patch` writes it: it may end in a signature. */
  readonly mail: boolean;
  /** The last line above the diff opens a Markdown fence. */
  readonly fenced: boolean;
  /** The mail's subject without `[PATCH n/m]`, for people. */
  readonly title: string | null;
}

/** Reads the prose in `lines[0 .. end)`. */
export function preamble(lines: readonly PatchLine[], end: number): Preamble {
  const prose = lines.slice(0, end).map(({ text }) => text);
  const blank = prose.indexOf('');
  const headers = blank < 0 ? prose : prose.slice(0, blank);
  const from = headers.some((line) => line.startsWith('From ') || line.startsWith('From: '));
  const subject = headers.findIndex((line) => line.startsWith('Subject: '));
  const above = prose.findLast((line) => line !== '') ?? '';
  const title = from && subject >= 0 ? titleOf(unfolded(headers, subject)) : '';
  return { mail: from && subject >= 0, fenced: above.startsWith('```'), title: title === '' ? null : title };
}

/** Longer subjects are cut: a title is one line on a screen. */
const MAX_SUBJECT = 1_000;

/** A header goes on in the lines that begin with white space. RFC 5322, 2.2.3. */
function unfolded(headers: readonly string[], first: number): string {
  const parts = [(headers[first] ?? '').slice('Subject: '.length)];
  for (let at = first + 1; /^[ \t]/.test(headers[at] ?? ''); at++) {
    parts.push((headers[at] ?? '').replace(/^[ \t]+/, ''));
  }
  return parts.join(' ').slice(0, MAX_SUBJECT);
}

/** The subject without its leading `[...]` and `Re:`. */
function titleOf(subject: string): string {
  let rest = legible(decoded(subject)).trim();
  for (;;) {
    const tag = /^(?:\[[^\]]*\]|Re:)\s*/i.exec(rest)?.[0];
    if (tag === undefined) return rest;
    rest = rest.slice(tag.length);
  }
}

/** Encoded words, `=?UTF-8?q?Gr=C3=BC=C3=9Fe?=`, as bytes; other charsets than UTF-8 stay as they are. RFC 2047. */
function decoded(text: string): string {
  return text
    .replace(/\?= =\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, encoding: string, word: string) =>
      encoding.toLowerCase() === 'b'
        ? Buffer.from(word, 'base64').toString('latin1')
        : word
            .replaceAll('_', ' ')
            .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    );
}
