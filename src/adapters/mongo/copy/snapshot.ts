import { fail } from '../../../core/errors.ts';
import { foldPatch } from '../../../core/ledger/fold.ts';
import type { LedgerPart, LedgerSnapshot } from '../../../ports/ledger-copy.ts';
import type { Mongo } from '../connection.ts';
import type { Tip } from '../decide/view.ts';
import type { IndexName } from '../indexes.ts';
import { SCHEMA_VERSION } from '../migrations/migrate.ts';
import { unavailable } from '../problems.ts';
import { entriesBetween } from '../read/chains.ts';
import type { Source } from '../read/source.ts';
import {
  claimAt,
  entryOf,
  eventIn,
  leaseOf,
  type Row,
  registrationOf,
  storedPatch,
  tokenOf,
} from '../rows.ts';

/** Patches with their texts, and entries, that are in memory at one time. */
const PAGE = { patches: 20, entries: 500 } as const;

/**
 * The ledger as one decision left it. What is small is read whole, again where something was decided meanwhile; a patch
 * that moves on while the others are read is told by its entries up to that moment, which never change.
 */
export async function openSnapshot(source: Source): Promise<LedgerSnapshot> {
  const { mongo, log } = source;
  for (;;) {
    await log.settled();
    const { tip } = log;
    const [small, patch] = await guarded(() => Promise.all([smallParts(mongo), countPatches(mongo, tip)]));
    await log.settled();
    if (log.tip.n !== tip.n) continue;
    const of = (kind: LedgerPart['kind']) => small.filter((part) => part.kind === kind).length;
    const counts = {
      workspace: of('workspace'),
      token: of('token'),
      lease: of('lease'),
      cursor: of('cursor'),
    };
    return {
      store: 'mongodb',
      schema: `${SCHEMA_VERSION}`,
      counts: { ...counts, patch, entry: tip.position },
      parts: partsAt(mongo, tip, small),
      close: () => Promise.resolve(),
    };
  }
}

async function guarded<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw unavailable(error);
  }
}

async function* partsAt(mongo: Mongo, tip: Tip, small: readonly LedgerPart[]): AsyncGenerator<LedgerPart> {
  yield* small;
  let seq = 0;
  for (;;) {
    const rows = await guarded(() => nextPatches(mongo, seq, tip));
    if (rows.length === 0) break;
    yield* await guarded(() => patchParts(mongo, rows, tip));
    seq = Number(rows.at(-1)?.seq);
  }
  for (let from = 0; from < tip.position; from += PAGE.entries) {
    const last = Math.min(from + PAGE.entries, tip.position);
    for (const row of await guarded(() => entriesBetween(mongo, from, last))) {
      yield { kind: 'entry', position: row._id, entry: entryOf(row), news: eventIn(row).data };
    }
  }
}

async function smallParts(mongo: Mongo): Promise<readonly LedgerPart[]> {
  const { strict } = mongo;
  const all = async (rows: { toArray(): Promise<readonly Row[]> }) => (await rows.toArray()).toSorted(byId);
  const [workspaces, tokens, leases, cursors] = await Promise.all([
    all(mongo.table('workspaces').find({}, strict.read).hint('_id_')),
    all(mongo.table('tokens').find({}, strict.read).hint('_id_')),
    all(mongo.table('leases').find({}, strict.read).hint('_id_')),
    mongo.cursors.find({}, strict.read).hint('_id_').toArray(),
  ]);
  return [
    ...workspaces.flatMap((row): LedgerPart[] => {
      const { workspace } = registrationOf(row);
      return workspace === null ? [] : [{ kind: 'workspace', workspace }];
    }),
    ...tokens.map((row): LedgerPart => ({ kind: 'token', token: tokenOf(row) })),
    ...leases.map((row): LedgerPart => ({ kind: 'lease', lease: leaseOf(row) })),
    ...cursors
      .toSorted(byId)
      .map(({ _id, position }): LedgerPart => ({ kind: 'cursor', reader: _id, position })),
  ];
}

function byId(a: { readonly _id: string }, b: { readonly _id: string }): number {
  return a._id < b._id ? -1 : 1;
}

function countPatches({ table, strict }: Mongo, { seq }: Tip): Promise<number> {
  const hint = 'patch_in_order' satisfies IndexName;
  return table('patches').countDocuments({ seq: { $lte: seq } }, { ...strict.read, hint });
}

function nextPatches({ table, strict }: Mongo, after: number, { seq }: Tip) {
  return table('patches')
    .find({ seq: { $gt: after, $lte: seq } }, strict.read)
    .hint('patch_in_order' satisfies IndexName)
    .sort({ seq: 1 })
    .limit(PAGE.patches)
    .toArray();
}

type Stored = Row & { readonly rev: number };

async function patchParts(mongo: Mongo, rows: readonly Stored[], tip: Tip): Promise<readonly LedgerPart[]> {
  const ids = rows.map(({ _id }) => _id);
  const found = await mongo.bodies
    .find({ _id: { $in: ids } }, mongo.strict.read)
    .hint('_id_')
    .toArray();
  const bodies = new Map(found.map(({ _id, bytes }) => [_id, new Uint8Array(bytes)]));
  return Promise.all(
    rows.map(async (row): Promise<LedgerPart> => {
      const now = storedPatch(row);
      const stored = row.rev > tip.n ? { ...now, patch: await patchAt(mongo, row._id, tip) } : now;
      const body = bodies.get(row._id);
      if (body === undefined) throw broken(`patch ${row._id} has no text`);
      return { kind: 'patch', patch: stored.patch, claim: claimAt(stored, tip.position), body };
    }),
  );
}

/** As its entries up to the moment tell it. */
async function patchAt({ entries, strict }: Mongo, subject: string, { position }: Tip) {
  const rows = await entries
    .find({ subject, _id: { $lte: position } }, strict.read)
    .hint('entry_about' satisfies IndexName)
    .sort({ _id: 1 })
    .toArray();
  const folded = foldPatch(rows.map(entryOf));
  if (folded.kind === 'broken') throw broken(`the chain of patch ${subject} ${folded.problem}`);
  return folded.patch;
}

function broken(problem: string) {
  return fail('integrity_broken', { problem: `The ledger cannot be copied: ${problem}.` });
}
