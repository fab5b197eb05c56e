import { execFileSync } from 'node:child_process';
import type { MadeHunk } from '../make-diff.ts';

/** One file before and after a change, and its diff with 3, 1 and 10 lines of context. Texts are latin1. */
export interface Sample {
  readonly before: string;
  readonly after: string;
  readonly hunks: readonly MadeHunk[];
  readonly narrow: readonly MadeHunk[];
  readonly wide: readonly MadeHunk[];
}

const ROOT = new URL('../../../../', import.meta.url);
/** Larger files only make the oracle slow. */
const MAX_BYTES = 60_000;

function git(args: readonly string[], input = ''): string {
  return execFileSync('git', ['-c', 'safe.directory=*', ...args], {
    cwd: ROOT,
    input,
    maxBuffer: 1 << 28,
    stdio: ['pipe', 'pipe', 'ignore'],
  }).toString('latin1');
}

/** What each commit of this checkout's own history did to one file; empty where there is no history. */
export function samplesOfHistory(): Sample[] {
  try {
    const [hunks, narrow, wide] = [diffs(3), diffs(1), diffs(10)];
    const texts = blobs([...hunks.keys()].flatMap((ids) => ids.split('..')));
    return [...hunks].flatMap(([ids, own]) => {
      const [before, after] = ids.split('..').map((id) => texts.get(id));
      if (before === undefined || after === undefined) return [];
      if ([before, after].some((text) => text.length > MAX_BYTES || text.includes('\0'))) return [];
      return [{ before, after, hunks: own, narrow: narrow.get(ids) ?? [], wide: wide.get(ids) ?? [] }];
    });
  } catch {
    return [];
  }
}

/** The hunks of every modified file of every commit, by the ids of its two blobs. */
function diffs(context: number): Map<string, MadeHunk[]> {
  const args = [
    '--no-renames',
    '--diff-filter=M',
    '--full-index',
    '--format=',
    '--no-ext-diff',
    '--no-textconv',
  ];
  const log = git(['log', '-p', `-U${context}`, ...args]);
  const found = new Map<string, MadeHunk[]>();
  for (const section of log.split(/^diff --git /m).slice(1)) {
    const ids = /^index ([0-9a-f]+\.\.[0-9a-f]+)/m.exec(section)?.[1];
    const hunks = section.split(/^(?=@@ -)/m).slice(1);
    if (ids !== undefined && hunks.length > 0) found.set(ids, hunks.map(madeHunk));
  }
  return found;
}

function madeHunk(text: string): MadeHunk {
  const [header = '', ...body] = text.match(/.*\n/g) ?? [];
  const numbers = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(header) ?? [];
  const [oldStart = 0, oldCount = 1, newStart = 0, newCount = 1] = numbers
    .slice(1)
    .map((one) => (one === undefined ? undefined : Number(one)));
  // What follows the last line of a section, an empty line between two commits, begins with no mark of a hunk.
  return { oldStart, oldCount, newStart, newCount, body: body.filter((line) => line !== '\n') };
}

function blobs(ids: readonly string[]): Map<string, string> {
  const unique = [...new Set(ids)];
  const answer = git(['cat-file', '--batch'], `${unique.join('\n')}\n`);
  const texts = new Map<string, string>();
  let at = 0;
  for (const id of unique) {
    const end = answer.indexOf('\n', at);
    const size = Number(answer.slice(at, end).split(' ')[2]);
    texts.set(id, answer.slice(end + 1, end + 1 + size));
    at = end + size + 2;
  }
  return texts;
}
