import { legible } from '../bytes.ts';
import type { ClosestWindow } from '../fault.ts';
import { withoutEol } from '../file-lines.ts';
import { lineDiff } from './line-diff.ts';

/*
 * Only for telling the author where to look; no edit is ever placed by it. Every line of what was expected votes for the
 * place where it would be right: a line that stands in the file by all its places, another one by the words it shares.
 */

/** What a file's lines and words say about position, built once per file. */
export interface Familiar {
  readonly lines: readonly string[];
  readonly lineAt: ReadonlyMap<string, readonly number[]>;
  readonly wordAt: ReadonlyMap<string, readonly number[]>;
}

/** Lines and words that stand in more places than this tell nothing about position. */
const COMMON = 64;
/** Of a longer hunk the first lines decide. */
const MAX_EXPECTED = 200;
/** Words of larger files are not collected. */
const MAX_WORD_LINES = 50_000;
/** Share of the expected lines, whole or by their words, that makes a window worth showing. */
const SIMILAR = 0.4;

export function familiar(fileLines: readonly string[]): Familiar {
  const lines = fileLines.map(withoutEol);
  const lineAt = new Map<string, number[]>();
  const wordAt = new Map<string, number[]>();
  for (const [at, line] of lines.entries()) {
    note(lineAt, line.trim(), at);
    if (at < MAX_WORD_LINES) for (const word of wordsOf(line)) note(wordAt, word, at);
  }
  return { lines, lineAt, wordAt };
}

function note(places: Map<string, number[]>, key: string, at: number): void {
  const known = places.get(key);
  if (known === undefined) places.set(key, [at]);
  else if (known.length <= COMMON) known.push(at);
}

/** At most 40 distinct words of two letters or more. */
function wordsOf(line: string): Set<string> {
  return new Set((line.slice(0, 400).match(/[A-Za-z0-9_\x80-\xff]{2,}/g) ?? []).slice(0, 40));
}

/** The window of the file that is most like `expected` (lines without line ends); null when none is like it at all. */
export function closestWindow(expected: readonly string[], file: Familiar): ClosestWindow | null {
  const sought = expected.slice(0, MAX_EXPECTED);
  const offset = mostVotes(sought, file);
  if (offset === null) return null;
  const first = Math.max(0, offset);
  const lines = file.lines.slice(first, offset + sought.length);
  if (likeness(sought, lines) < SIMILAR) return null;
  const diff = lineDiff(sought, lines).map(legible);
  return { firstLine: first + 1, lines: lines.map(legible), diff };
}

function mostVotes(sought: readonly string[], file: Familiar): number | null {
  const votes = new Map<number, number>();
  for (const [at, line] of sought.entries()) {
    const whole = line.trim();
    if (whole === '') continue;
    const places = file.lineAt.get(whole);
    if (places !== undefined) vote(votes, places, { at, weight: 8 });
    else for (const word of wordsOf(line)) vote(votes, file.wordAt.get(word) ?? [], { at, weight: 1 });
  }
  const [first] = [...votes].sort(([a, many], [b, more]) => more - many || a - b);
  return first?.[0] ?? null;
}

/** The rarer, the stronger: a line's vote is shared among all its places. */
function vote(
  votes: Map<number, number>,
  places: readonly number[],
  line: { readonly at: number; readonly weight: number },
): void {
  if (places.length > COMMON) return;
  for (const place of places) {
    const offset = place - line.at;
    votes.set(offset, (votes.get(offset) ?? 0) + line.weight / places.length);
  }
}

/** Between 0 and 1: the average of each non-blank line's best likeness in the window. */
function likeness(sought: readonly string[], lines: readonly string[]): number {
  const whole = new Set(lines.map((line) => line.trim()));
  const words = new Set(lines.flatMap((line) => [...wordsOf(line)]));
  let [sum, count] = [0, 0];
  for (const line of sought) {
    if (line.trim() === '') continue;
    count++;
    const own = [...wordsOf(line)];
    if (whole.has(line.trim())) sum++;
    else if (own.length > 0) sum += own.filter((word) => words.has(word)).length / own.length;
  }
  return count === 0 ? 0 : sum / count;
}
