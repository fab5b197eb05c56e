import { canonicalJson } from '../../core/json.ts';
import { type Entry, SYSTEM_CHAIN } from '../../core/ledger/entry.ts';
import type { LedgerEvent } from '../../core/ledger/event.ts';
import { foldPatch, patchAfter } from '../../core/ledger/fold.ts';
import { newsInEntry } from '../../core/ledger/news-of-entry.ts';
import type { Patch } from '../../core/patch/patch.ts';
import type { Needs } from '../needs.ts';

type OutboxNeeds = Pick<Needs, 'chains' | 'outbox'>;

const PAGE = 1_000;
/** Patches that are held as their entries left them, so that mostly none is folded anew. */
const MOST_FOLDED = 1_000;

/**
 * Reads the outbox from its first event to its last: positions without gaps, each with the next entry of its chain, and
 * with the words that this entry gives. How many there are, and every problem, is told.
 */
export async function checkOutbox(needs: OutboxNeeds, tell: (problem: string) => void): Promise<number> {
  const read: Read = { told: new Map(), patches: new Map() };
  for (let last = 0; ; ) {
    const page = await needs.outbox.after(last, PAGE);
    for (const problem of await wordsOf(needs, page, read)) tell(problem);
    for (const { position } of page) {
      if (position !== last + 1) tell(`position ${position} stands after ${last}`);
      last = position;
    }
    if (page.length < PAGE) return last;
  }
}

/** How far each chain was told, and patches as the entries told so far left them. */
interface Read {
  readonly told: Map<string, number>;
  readonly patches: Map<string, Patch>;
}

/** Entries of a chain stand in the outbox in the order of the chain, so that a page of both is read at once. */
async function wordsOf(
  needs: OutboxNeeds,
  page: readonly LedgerEvent[],
  { told, patches }: Read,
): Promise<string[]> {
  const problems: string[] = [];
  for (const [chain, events] of Map.groupBy(page, chainOf)) {
    const from = told.get(chain) ?? 0;
    const entries = await needs.chains.entries(chain, from, events.length);
    told.set(chain, from + events.length);
    for (const [index, event] of events.entries())
      problems.push(...(await compare(needs, { event, entry: entries[index], patches })));
  }
  return problems;
}

function chainOf({ workspace }: LedgerEvent): string {
  return workspace ?? SYSTEM_CHAIN;
}

interface Compared {
  readonly event: LedgerEvent;
  readonly entry: Entry | undefined;
  readonly patches: Map<string, Patch>;
}

async function compare(needs: OutboxNeeds, { event, entry, patches }: Compared): Promise<string[]> {
  const { position, type, subject } = event;
  if (
    entry?.type !== type ||
    entry.subject !== subject ||
    entry.at !== event.at ||
    entry.actor !== event.actor
  )
    return [`position ${position} does not tell entry ${entry?.n ?? 'none'} of chain ${chainOf(event)}`];
  const after = type.startsWith('patch.') ? await foldedUpTo(needs, entry, patches) : null;
  // Entries that cannot be followed are told with their patch.
  if (type.startsWith('patch.') && after === null) return [];
  return canonicalJson(event.data) === canonicalJson(newsInEntry(entry, after))
    ? []
    : [`position ${position} does not say what entry ${entry.n} of chain ${chainOf(event)} says`];
}

async function foldedUpTo(
  { chains }: OutboxNeeds,
  entry: Entry,
  patches: Map<string, Patch>,
): Promise<Patch | null> {
  const { subject: id, chain, n } = entry;
  const before = patches.get(id);
  patches.delete(id);
  const folded =
    before === undefined && entry.type !== 'patch.accepted'
      ? foldPatch((await chains.entriesAbout(id)).filter((one) => one.chain === chain && one.n <= n))
      : patchAfter(before ?? null, entry);
  if (folded.kind === 'broken') return null;
  patches.set(id, folded.patch);
  const [oldest] = patches.keys();
  if (patches.size > MOST_FOLDED && oldest !== undefined) patches.delete(oldest);
  return folded.patch;
}
