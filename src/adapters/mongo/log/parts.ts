import type { Mongo } from '../connection.ts';
import type { Decision, Redo } from './decision.ts';

/** UTF-16 units in one document, which has 16 MB; text has up to three bytes a unit, and is escaped twice at worst. */
const MOST_UNITS = 1_500_000;

/**
 * What a decision is to write, where one document cannot hold it: some thousand patches that are taken off a branch at
 * once. Its parts are stored before it is; without it they mean nothing.
 */
export async function withParts(mongo: Mongo, decision: Decision, weight: number): Promise<Decision> {
  const { redo, nonce } = decision;
  if (weight <= 2 * MOST_UNITS || redo === undefined) return decision;
  const parts = [
    ...chunksOf(redo.entries).map((entries): Redo => ({ entries, changes: [] })),
    ...chunksOf(redo.changes).map((changes): Redo => ({ entries: [], changes })),
  ].map((part, at) => ({ _id: partId(nonce, at), ...part }));
  for (const part of parts) await mongo.parts.insertOne(part, mongo.strict.write);
  return { ...decision, redo: { entries: [], changes: [], parts: parts.length } };
}

function chunksOf<T>(items: readonly T[]): readonly T[][] {
  const chunks: T[][] = [];
  let units = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const weight = JSON.stringify(item).length;
    if (units + weight > MOST_UNITS) {
      chunks.push([]);
      units = 0;
    }
    units += weight;
    chunks.at(-1)?.push(item);
  }
  return chunks;
}

/** The decision with all that it is to write; null where somebody has applied it and taken its parts away. */
export async function gathered(mongo: Mongo, decision: Decision): Promise<Decision | null> {
  const { redo, nonce } = decision;
  if (redo?.parts === undefined) return decision;
  const ids = partIdsOf(nonce, redo.parts);
  const found = await mongo.parts
    .find({ _id: { $in: ids } }, mongo.strict.read)
    .hint('_id_')
    .toArray();
  if (found.length < ids.length) return null;
  const entries = found.flatMap((part) => part.entries).toSorted((a, b) => a._id - b._id);
  return { ...decision, redo: { entries, changes: found.flatMap((part) => part.changes) } };
}

/** Once the decision itself says that it is applied. */
export async function dropParts({ parts, strict }: Mongo, { nonce, redo }: Decision): Promise<void> {
  if (redo?.parts === undefined) return;
  await parts.deleteMany({ _id: { $in: partIdsOf(nonce, redo.parts) } }, strict.write);
}

function partIdsOf(nonce: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => partId(nonce, at));
}

function partId(nonce: string, at: number): string {
  return `${nonce}/${at}`;
}
