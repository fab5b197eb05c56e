import { fail } from '../../../core/errors.ts';
import type { Chains, Outbox } from '../../../ports/chain.ts';
import type { Mongo } from '../connection.ts';
import type { IndexName } from '../indexes.ts';
import { type EntryRow, entryOf, eventIn, headOf } from '../rows.ts';
import { reading, type Source } from './source.ts';

export function chainReads(source: Source): Omit<Chains, 'append'> {
  const { entries, strict, table } = source.mongo;
  return {
    entries: (chain, after, limit) =>
      reading(source, async () => {
        if (limit <= 0) return [];
        const found = entries
          .find({ chain, n: { $gt: after } }, strict.read)
          .hint('entry_in_chain' satisfies IndexName)
          .sort({ n: 1 });
        const page = Number.isSafeInteger(limit) ? found.limit(limit) : found;
        return (await page.toArray()).map(entryOf);
      }),
    entriesAbout: (subject) =>
      reading(source, async () => {
        const found = entries.find({ subject }, strict.read).hint('entry_about' satisfies IndexName);
        return (await found.sort({ _id: 1 }).toArray()).map(entryOf);
      }),
    heads: () =>
      reading(source, async () => {
        const rows = await table('heads').find({}, strict.read).hint('_id_').toArray();
        return rows.map(headOf).toSorted((a, b) => (a.chain < b.chain ? -1 : 1));
      }),
  };
}

export function outboxReads(source: Source): Omit<Outbox, 'moveCursor'> {
  const { mongo, log } = source;
  return {
    after: (position, limit) =>
      reading(source, async () => {
        const last = Math.min(position + limit, log.tip.position);
        return (await entriesBetween(mongo, position, last)).map(eventIn);
      }),
    newest: () => reading(source, async () => log.tip.position),
    entryAt: (position) =>
      reading(source, async () => {
        const row = await mongo.entries.findOne({ _id: position }, { ...mongo.strict.read, hint: '_id_' });
        return row && entryOf(row);
      }),
    cursor: (reader) =>
      reading(source, async () => {
        const row = await mongo.cursors.findOne({ _id: reader }, { ...mongo.strict.read, hint: '_id_' });
        return row?.position ?? 0;
      }),
  };
}

const MOST_NAMED = 1_000;

/**
 * Positions have no gaps, so that they can be asked for by name; whoever was told without one would pass it over for ever.
 * @throws GhostError integrity_broken
 */
export async function entriesBetween(
  mongo: Mongo,
  after: number,
  last: number,
): Promise<readonly EntryRow[]> {
  const found: EntryRow[] = [];
  for (let from = after; from < last; from += MOST_NAMED) {
    const positions = positionsAfter(from, Math.min(from + MOST_NAMED, last));
    found.push(
      ...(await mongo.entries
        .find({ _id: { $in: positions } }, mongo.strict.read)
        .hint('_id_')
        .toArray()),
    );
  }
  const sorted = found.toSorted((a, b) => a._id - b._id);
  const missing = positionsAfter(after, last).find((position, at) => sorted[at]?._id !== position);
  if (missing === undefined) return sorted;
  throw fail('integrity_broken', { problem: `The ledger has no entry at position ${missing}.` });
}

function positionsAfter(after: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - after) }, (_, at) => after + 1 + at);
}
