import { latin1, legible } from '../bytes.ts';
import { fileLines, withoutBom, withoutEol } from '../file-lines.ts';
import { codePoint } from '../hidden-characters.ts';

/** A line of a file with characters that do not show, or that make others show elsewhere. */
export interface HiddenLine {
  /** Line of the file, from 1. */
  readonly line: number;
  /** Bytes as latin1, without line end. */
  readonly text: string;
  /** `U+202E`, each once. */
  readonly points: readonly string[];
}

export interface HiddenText {
  /** Lines that a reader sees in another order than a compiler does. CVE-2021-42574. */
  readonly turned: readonly HiddenLine[];
  /** Lines with characters that nobody sees. */
  readonly unseen: readonly HiddenLine[];
}

/** The bytes by which such a character may begin; most lines have none of them. */
const SUSPECT = /[\xc2\xd8\xe1\xe2\xef\xf3]/;
const TURNING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const UNSEEN =
  /[\u00ad\u180e\u200b-\u200d\u2060-\u2064\ufeff]|[\u{e0000}-\u{e007f}]|[\u{e0100}-\u{e01ef}]|[\ufe00-\ufe0f]{2}/gu;
/** `👩‍🚀`: a zero-width joiner belongs between two emoji, and flags of regions are made of tags behind a black flag. */
const EMOJI =
  /\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]?(?:\u200d\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]?)+|\u{1f3f4}[\u{e0061}-\u{e007a}\u{e0030}-\u{e0039}]{1,8}\u{e007f}/gu;

/** As far as git looks for a NUL to tell that a file is no text. */
const LOOKED_AT = 8000;

/** Whether git shows the file as binary, so that no diff of it could deceive anybody. */
export function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, LOOKED_AT).includes(0);
}

/** What a file's text hides in lines that it has not had before: a line that stood in `before` may stay, or move. */
export function newlyHidden(before: Uint8Array | null, after: Uint8Array): HiddenText {
  if (isBinary(after)) return { turned: [], unseen: [] };
  const fresh = suspectLines(after);
  if (fresh.length === 0) return { turned: [], unseen: [] };
  const known = countedLines(before === null ? [] : suspectLines(before));
  const added = fresh.filter(({ text }) => !takeOne(known, text));
  return { turned: linesWith(added, TURNING), unseen: linesWith(added, UNSEEN) };
}

interface Line {
  readonly line: number;
  readonly text: string;
}

function suspectLines(bytes: Uint8Array): Line[] {
  const text = withoutBom(latin1(bytes));
  if (!SUSPECT.test(text)) return [];
  const lines = fileLines(text).map((line, at) => ({ line: at + 1, text: withoutEol(line) }));
  return lines.filter(({ text: line }) => SUSPECT.test(line));
}

function countedLines(lines: readonly Line[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { text } of lines) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

function takeOne(counts: Map<string, number>, text: string): boolean {
  const left = counts.get(text) ?? 0;
  counts.set(text, left - 1);
  return left > 0;
}

function linesWith(lines: readonly Line[], hidden: RegExp): HiddenLine[] {
  return lines.flatMap(({ line, text }) => {
    const found = legible(text).replace(EMOJI, '').match(hidden);
    return found === null ? [] : [{ line, text, points: [...new Set(found.map(codePoint))] }];
  });
}
