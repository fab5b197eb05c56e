/*
 * What word processors, chat windows and models make of ASCII, and back. Text is latin1, so each of these characters is
 * the two or three bytes of its UTF-8 form.
 */

/** ASCII text by code points that stand for it in print. */
const IN_PRINT: readonly (readonly [string, readonly number[]])[] = [
  [' ', [0xa0, ...span(0x2000, 0x200a), 0x202f, 0x205f, 0x3000]],
  ['-', [...span(0x2010, 0x2015), 0x2212]],
  ["'", span(0x2018, 0x201b)],
  ['"', span(0x201c, 0x201f)],
  ['...', [0x2026]],
];

const ASCII_OF: ReadonlyMap<string, string> = new Map(
  IN_PRINT.flatMap(([ascii, points]) => points.map((point) => [bytesOfPoint(point), ascii] as const)),
);

/** Matches exactly the keys of ASCII_OF; of fixed width, so linear. */
const TYPOGRAPHIC =
  /\xc2\xa0|\xe2\x80[\x80-\x8a\x90-\x95\x98-\x9f\xa6\xaf]|\xe2\x81\x9f|\xe2\x88\x92|\xe3\x80\x80/g;

function span(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}

function bytesOfPoint(point: number): string {
  return Buffer.from(String.fromCodePoint(point), 'utf8').toString('latin1');
}

/** Text with typographic quotes, dashes, spaces and ellipses as ASCII: for comparing only, never for writing. */
export function inAscii(text: string): string {
  return text.replace(TYPOGRAPHIC, (one) => ASCII_OF.get(one) ?? one);
}

/** U+2014. Phones and word processors write it for `--`, people and others for `-`. */
const EM_DASH = '\xe2\x80\x94';

/** The texts that one of a patch may have been typed as: its em dashes for one `-` each, or for two. */
export function typedAs(text: string): readonly string[] {
  return text.includes(EM_DASH) ? [text, text.replaceAll(EM_DASH, '--')] : [text];
}

/** The ASCII forms of all typographic characters in a text. */
export function typographyIn(text: string): Set<string> {
  return new Set(Array.from(text.matchAll(TYPOGRAPHIC), ([one]) => ASCII_OF.get(one) ?? one));
}

const KINDS: ReadonlyMap<string, string> = new Map([
  [' ', 'blank'],
  ['-', 'dash'],
  ["'", 'single quote'],
  ['"', 'double quote'],
]);

/** The quotes, dashes and blanks of print in a text, in order, as Unicode characters. */
export function printedIn(text: string): { readonly char: string; readonly kind: string }[] {
  return Array.from(text.matchAll(TYPOGRAPHIC), ([one]) => {
    const kind = KINDS.get(ASCII_OF.get(one) ?? '');
    return kind === undefined ? [] : [{ char: Buffer.from(one, 'latin1').toString('utf8'), kind }];
  }).flat();
}
