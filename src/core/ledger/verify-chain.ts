import { type ChainHead, type Entry, GENESIS, hashOf } from './entry.ts';

/**
 * One thing wrong with a chain. `n` is where it shows.
 * edited: the entry is not what was hashed. unlinked: it does not point back to the entry before it.
 * missing: entries up to `until` are not there. reordered, repeated: it stands at the wrong place, or twice.
 * foreign: it belongs to another chain. lost: entries after it were cut off. surplus: the head knows nothing of it.
 */
export interface ChainProblem {
  readonly kind:
    | 'edited'
    | 'unlinked'
    | 'missing'
    | 'reordered'
    | 'repeated'
    | 'foreign'
    | 'lost'
    | 'surplus'
    | 'replaced';
  readonly chain: string;
  readonly n: number;
  /** One sentence, for people. */
  readonly problem: string;
}

type Finding = Omit<ChainProblem, 'chain'>;

/**
 * Every problem of one chain, read from its first entry on; none means that it is whole. `head` is what the ledger
 * keeps beside the entries; without it (null) a loss at the end cannot be seen.
 */
export function verifyChain(entries: readonly Entry[], head: ChainHead | null): readonly ChainProblem[] {
  const chain = head?.chain ?? entries[0]?.chain ?? '';
  const byNumber = new Map(entries.map((entry) => [entry.n, entry]));
  const findings = [
    ...entries.flatMap((entry) => contentFindings(entry, chain)),
    ...entries.flatMap((entry) => linkFindings(entry, byNumber)),
    ...orderFindings(entries),
    ...missingFindings(byNumber),
    ...(head === null ? [] : headFindings(byNumber, head)),
  ];
  return findings.map((finding) => ({ ...finding, chain }));
}

function contentFindings(entry: Entry, chain: string): Finding[] {
  const findings: Finding[] = [];
  if (hashOf(entry) !== entry.hash) {
    findings.push({ kind: 'edited', n: entry.n, problem: `entry ${entry.n} does not have its own hash` });
  }
  if (entry.chain !== chain) {
    findings.push({ kind: 'foreign', n: entry.n, problem: `entry ${entry.n} says chain ${entry.chain}` });
  }
  return findings;
}

function linkFindings(entry: Entry, byNumber: ReadonlyMap<number, Entry>): Finding[] {
  const expected = entry.n === 1 ? GENESIS : byNumber.get(entry.n - 1)?.hash;
  if (expected === undefined || entry.previous === expected) return [];
  const problem = `entry ${entry.n} points back to ${entry.previous}, expected ${expected}`;
  return [{ kind: 'unlinked', n: entry.n, problem }];
}

function orderFindings(entries: readonly Entry[]): Finding[] {
  const seen = new Set<number>();
  let highest = 0;
  return entries.flatMap(({ n }): Finding[] => {
    const repeated = seen.has(n);
    const late = n < highest;
    seen.add(n);
    highest = Math.max(highest, n);
    if (repeated) return [{ kind: 'repeated', n, problem: `entry ${n} stands there again` }];
    return late ? [{ kind: 'reordered', n, problem: `entry ${n} stands after entry ${highest}` }] : [];
  });
}

function missingFindings(byNumber: ReadonlyMap<number, Entry>): Finding[] {
  const numbers = [...byNumber.keys()].sort((a, b) => a - b);
  return numbers.flatMap((n, index): Finding[] => {
    const expected = index === 0 ? 1 : (numbers[index - 1] ?? 0) + 1;
    if (n <= expected) return [];
    return [{ kind: 'missing', n: expected, problem: `entries ${expected} to ${n - 1} are missing` }];
  });
}

function headFindings(byNumber: ReadonlyMap<number, Entry>, head: ChainHead): Finding[] {
  const last = Math.max(0, ...byNumber.keys());
  if (last < head.n) {
    return [{ kind: 'lost', n: last + 1, problem: `entries ${last + 1} to ${head.n} are lost` }];
  }
  if (last > head.n) {
    return [
      { kind: 'surplus', n: head.n + 1, problem: `entries ${head.n + 1} to ${last} are after the head` },
    ];
  }
  if (byNumber.get(last)?.hash === head.hash) return [];
  return [{ kind: 'replaced', n: last, problem: `entry ${last} is not the one that the head names` }];
}
