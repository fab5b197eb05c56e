import { malformed } from '../../fault-of.ts';
import { isDivider, isReplace, isSearch } from '../chat/marks.ts';
import type { PatchLine } from '../patch-lines.ts';

/** One SEARCH/REPLACE block as it stands in the text. */
export interface Block {
  readonly old: readonly PatchLine[];
  readonly fresh: readonly PatchLine[];
  /** Where the block says that its lines start, from 1; null where it does not say. */
  readonly start: number | null;
  /** What it says in which line they end. */
  readonly end: number | null;
  /** Indexes of the SEARCH and of the REPLACE line. */
  readonly first: number;
  readonly last: number;
}

const HINT = 'A block is "<<<<<<< SEARCH", the old lines, "=======", the new lines, ">>>>>>> REPLACE".';

/**
 * Reads the block whose SEARCH line stands at index `first`. `firstLine` is the line of the patch text at index 0.
 * @throws Faulty malformed, at the line where the block breaks off
 */
export function readBlock(lines: readonly PatchLine[], first: number, firstLine: number): Block {
  const divider = nextMarker(lines, first + 1);
  const head = lines[divider];
  if (head === undefined || !isDivider(head.text))
    throw unclosed({ lines, first, at: divider, firstLine }, '=======');
  const last = nextMarker(lines, divider + 1);
  const tail = lines[last];
  if (tail !== undefined && isDivider(tail.text)) throw secondDivider(first + firstLine, last + firstLine);
  if (tail === undefined || !isReplace(tail.text)) {
    throw unclosed({ lines, first, at: last, firstLine }, '>>>>>>> REPLACE');
  }
  const { start, end, next } = readNumbers(lines, first + 1, divider);
  return {
    ...{ start, end, first, last },
    old: lines.slice(next, divider).map(unescaped),
    fresh: lines.slice(divider + 1, last).map(unescaped),
  };
}

/** Index of the next line that is a marker, or the end. */
function nextMarker(lines: readonly PatchLine[], from: number): number {
  let at = from;
  while (at < lines.length && !isMarker(lines[at]?.text ?? '')) at++;
  return at;
}

function isMarker(text: string): boolean {
  return isDivider(text) || isReplace(text) || isSearch(text);
}

interface Break {
  readonly lines: readonly PatchLine[];
  readonly first: number;
  readonly at: number;
  readonly firstLine: number;
}

function unclosed({ lines, first, at, firstLine }: Break, expected: string) {
  const got =
    at < lines.length
      ? `line ${at + firstLine} has "${lines[at]?.text.trim().slice(0, 40)}"`
      : 'the text ends';
  return malformed(
    first + firstLine,
    `The SEARCH/REPLACE block at line ${first + firstLine} of the patch is not complete: ${got} where "${expected}" is expected.`,
    at < lines.length
      ? `${HINT} A marker that is content has a backslash before it.`
      : `Send the text whole. ${HINT}`,
  );
}

function secondDivider(block: number, line: number) {
  return malformed(
    line,
    `The SEARCH/REPLACE block at line ${block} of the patch has a second "=======" at line ${line}, so where its old lines end is not clear.`,
    'Write \\======= for a line of equals signs that is content, or send a diff.',
  );
}

interface Numbers {
  readonly start: number | null;
  readonly end: number | null;
  /** Index of the first line of content. */
  readonly next: number;
}

const START = /^:start_line:[ \t]{0,4}(\d{1,9})[ \t]{0,9}$/;
const END = /^:end_line:[ \t]{0,4}(\d{1,9})[ \t]{0,9}$/;
const RULE = /^-{5,9}[ \t]{0,9}$/;

/**
 * `:start_line:N`, `:end_line:N` and `-------` right below SEARCH, as Roo Code has them. One of the numbers alone, with
 * nothing of the kind below it, is a line of content.
 */
function readNumbers(lines: readonly PatchLine[], from: number, to: number): Numbers {
  const start = numberOn(lines[from], START);
  const second = start === null ? from : from + 1;
  const end = numberOn(lines[second], END);
  const next = end === null ? second : second + 1;
  const ruled = next > from && next < to && isRule(lines[next]?.text ?? '');
  if (ruled) return { start, end, next: next + 1 };
  return start !== null && end !== null ? { start, end, next } : { start: null, end: null, next: from };
}

function isRule(text: string): boolean {
  return RULE.test(text.slice(0, 40));
}

function numberOn(line: PatchLine | undefined, pattern: RegExp): number | null {
  const match = pattern.exec(line?.text.slice(0, 60) ?? '');
  return match === null ? null : Number(match[1]);
}

/** A backslash before what would be a marker, the whole line, makes it content. Before anything else it is itself content. */
function unescaped(line: PatchLine): PatchLine {
  if (!line.text.startsWith('\\')) return line;
  const text = line.text.slice(1);
  const marks =
    isMarker(text) || isRule(text) || START.test(text.slice(0, 60)) || END.test(text.slice(0, 60));
  return marks ? { ...line, text } : line;
}
