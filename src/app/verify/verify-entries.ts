import { canonicalJson } from '../../core/json.ts';
import { type Entry, hashOf } from '../../core/ledger/entry.ts';
import { patchAfter } from '../../core/ledger/fold.ts';
import { newsInEntry } from '../../core/ledger/news-of-entry.ts';
import type { Patch } from '../../core/patch/patch.ts';
import type { Needs } from '../needs.ts';
import { headOf } from '../read-chain.ts';

type EntryNeeds = Pick<Needs, 'chains' | 'outbox'>;

/**
 * The entries of one patch where they stand: each is what was hashed, follows the one before it, is followed by the one after it
 * or named by the head of its chain, and is told by the outbox in its own words. Of the rest of the chain nothing is read.
 */
export async function entryProblems(
  needs: EntryNeeds,
  entries: readonly Entry[],
): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const entry of entries) problems.push(...(await linkProblems(needs, entry)));
  return [...problems, ...(await newsProblems(needs, entries))];
}

async function linkProblems(needs: EntryNeeds, entry: Entry): Promise<string[]> {
  const { chain, n } = entry;
  const name = `chain ${chain}, entry ${n}`;
  if (hashOf(entry) !== entry.hash) return [`${name} is not what was hashed`];
  const around = await needs.chains.entries(chain, Math.max(0, n - 2), 3);
  const at = (number: number) => around.find((each) => each.n === number);
  const problems: string[] = [];
  if (canonicalJson(at(n)) !== canonicalJson(entry)) problems.push(`${name} is not where it says`);
  if (n > 1 && at(n - 1)?.hash !== entry.previous) problems.push(`${name} does not follow the one before it`);
  const next = at(n + 1);
  if (next !== undefined && next.previous !== entry.hash)
    problems.push(`${name} is not the one that entry ${n + 1} follows`);
  if (next === undefined) {
    const head = await headOf(needs, chain);
    if (head.n === n && head.hash !== entry.hash) problems.push(`${name} is not the one that the head names`);
    if (head.n < n) problems.push(`${name} stands after the head, which is at ${head.n}`);
    if (head.n > n) problems.push(`${name} is the last one, and the head is at ${head.n}`);
  }
  return problems;
}

const PAGE = 256;

/** Positions grow over all chains, so that an entry never stands in the outbox before its own number. */
async function newsProblems({ outbox }: EntryNeeds, entries: readonly Entry[]): Promise<string[]> {
  const problems: string[] = [];
  let position = Math.max(0, (entries[0]?.n ?? 1) - 1);
  let patch: Patch | null = null;
  for (const entry of entries) {
    const after = patchAfter(patch, entry);
    // Entries that cannot be followed are told with their patch.
    if (after.kind === 'broken') return problems;
    patch = after.patch;
    const found = await tellingOf(outbox, entry, position);
    const name = `chain ${entry.chain}, entry ${entry.n}`;
    if (found === null) return [...problems, `${name} is not in the outbox`];
    position = found.position;
    if (position > 1 && (await outbox.entryAt(position - 1)) === null)
      problems.push(`position ${position} of the outbox stands after a gap`);
    if (canonicalJson(found.data) !== canonicalJson(newsInEntry(entry, patch)))
      problems.push(`position ${position} of the outbox does not say what ${name} says`);
  }
  return problems;
}

async function tellingOf(outbox: Needs['outbox'], entry: Entry, after: number) {
  for (let from = after; ; ) {
    const page = await outbox.after(from, PAGE);
    const candidates = page.filter(
      ({ subject, type, at }) => subject === entry.subject && type === entry.type && at === entry.at,
    );
    for (const event of candidates)
      if ((await outbox.entryAt(event.position))?.hash === entry.hash) return event;
    from = page.at(-1)?.position ?? from;
    if (page.length < PAGE) return null;
  }
}
