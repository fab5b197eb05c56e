import { readFilledList } from '../globs.ts';
import type { Finding, Inspected, Inspection } from '../inspect/finding.ts';
import { whyNoPattern } from '../inspect/safe-pattern.ts';
import { describe, invalid, item, member, readText, type Spot } from '../plain-data.ts';

/** What the message of a commit has to be like. What is null or empty asks for nothing. */
export interface MessageTask {
  readonly kind: 'message';
  /** Characters of the first line. */
  readonly maxSubject: number | null;
  /** A regular expression that the first line has to match, as a whole or in part. */
  readonly subject: string | null;
  /** A regular expression that one line at least has to match. */
  readonly ticket: string | null;
  /** Names: `Signed-off-by`. */
  readonly trailers: readonly string[];
  /** Not in the first line, in upper or lower case. */
  readonly forbidden: readonly string[];
}

export const MESSAGE_KEYS = ['maxSubject', 'subject', 'ticket', 'trailers', 'forbidden'] as const;

const TRAILER = /^[A-Za-z][A-Za-z0-9-]{0,63}$/;
/** Beyond this a line is not matched: patterns are bounded for lines of this length. */
const LONGEST_LINE = 200;
const HINT = 'Send it again with `--title`, or as a mail whose subject and message say it.';

/** @throws GhostError gate_file_invalid */
export function readMessageTask(check: ReadonlyMap<string, unknown>, spot: Spot): MessageTask {
  if (!MESSAGE_KEYS.some((key) => check.has(key)))
    throw invalid(spot, `it asks for nothing; expected one of ${MESSAGE_KEYS.join(', ')}`);
  const under = (key: (typeof MESSAGE_KEYS)[number]) => [check.get(key), member(spot, key)] as const;
  return {
    kind: 'message',
    maxSubject: readLength(...under('maxSubject')),
    subject: readPattern(...under('subject')),
    ticket: readPattern(...under('ticket')),
    trailers: readWords(...under('trailers')).map((name, index) => {
      if (TRAILER.test(name)) return name;
      throw invalid(item(member(spot, 'trailers'), index), `\`${name}\` is no name of a trailer`);
    }),
    forbidden: readWords(...under('forbidden')),
  };
}

function readLength(value: unknown, spot: Spot): number | null {
  if (value === undefined) return null;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1) return value;
  throw invalid(spot, `expected a whole number from 1, got ${describe(value)}`);
}

function readPattern(value: unknown, spot: Spot): string | null {
  if (value === undefined) return null;
  const pattern = readText(value, spot);
  const why = whyNoPattern(pattern);
  if (why !== null) throw invalid(spot, `\`${pattern}\` is not taken: ${why}`);
  return pattern;
}

function readWords(value: unknown, spot: Spot): readonly string[] {
  if (value === undefined) return [];
  return readFilledList(value, spot).map((word, index) => readText(word, item(spot, index)));
}

/** What the message of the commit lacks, or has and should not. */
export function* findInMessage(task: MessageTask, { message }: Inspected): Inspection {
  const lines = message.split('\n').map((line) => line.slice(0, LONGEST_LINE));
  const [subject = ''] = message.split('\n');
  const findings = [
    ...subjectFindings(task, subject),
    ...wordFindings(task, subject),
    ...trailerFindings(task, message),
    ...(yield* ticketFindings(task, lines)),
  ];
  return { findings, facts: { lines: lines.length, subjectLength: [...subject].length } };
}

function said(message: string): Finding {
  return { path: null, line: null, message, hint: HINT };
}

function subjectFindings({ maxSubject, subject: pattern }: MessageTask, subject: string): readonly Finding[] {
  const length = [...subject].length;
  const isLong = maxSubject !== null && length > maxSubject;
  const isOther = pattern !== null && !new RegExp(pattern, 'u').test(subject.slice(0, LONGEST_LINE));
  return [
    ...(isLong
      ? [said(`The subject of the commit has ${length} characters; at most ${maxSubject} may be.`)]
      : []),
    ...(isOther ? [said(`The subject of the commit, \`${subject}\`, does not match \`${pattern}\`.`)] : []),
  ];
}

/** Whole words only: `WIP` does not forbid `wiped`. */
function wordFindings({ forbidden }: MessageTask, subject: string): readonly Finding[] {
  const lower = subject.toLowerCase();
  return forbidden
    .filter((word) => holdsWord(lower, word.toLowerCase()))
    .map((word) =>
      said(`The subject of the commit, \`${subject}\`, has \`${word}\`, which is not for a branch.`),
    );
}

function holdsWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const joinsBefore = isWordCharacter(word.at(0)) && isWordCharacter(text[at - 1]);
    const joinsAfter = isWordCharacter(word.at(-1)) && isWordCharacter(text[at + word.length]);
    if (!joinsBefore && !joinsAfter) return true;
  }
  return false;
}

function isWordCharacter(char: string | undefined): boolean {
  return char !== undefined && /[\p{L}\p{N}_]/u.test(char);
}

/** Trailers stand in the last paragraph, as git reads them. */
function trailerFindings({ trailers }: MessageTask, message: string): readonly Finding[] {
  const paragraphs = message.trimEnd().split(/\n\s*\n/);
  const last = paragraphs.length > 1 ? (paragraphs.at(-1) ?? '') : '';
  const names = new Set(
    last.split('\n').flatMap((line) => {
      const colon = line.indexOf(': ');
      return colon > 0 && line.slice(colon + 2).trim() !== '' ? [line.slice(0, colon).toLowerCase()] : [];
    }),
  );
  return trailers
    .filter((name) => !names.has(name.toLowerCase()))
    .map((name) => said(`The message of the commit has no trailer \`${name}: …\` in its last paragraph.`));
}

/** Line by line, so that a long message keeps nobody else from working. */
function* ticketFindings(
  { ticket }: MessageTask,
  lines: readonly string[],
): Generator<undefined, readonly Finding[]> {
  if (ticket === null) return [];
  const pattern = new RegExp(ticket, 'u');
  for (const line of lines) {
    if (pattern.test(line)) return [];
    yield;
  }
  return [said(`The message of the commit names no ticket: no line of it matches \`${ticket}\`.`)];
}
