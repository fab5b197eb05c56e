import { fail } from '../../../core/errors.ts';
import type { PatchId } from '../../../core/patch/id.ts';
import type { Patch, StateName } from '../../../core/patch/patch.ts';
import type { Ledger, Line, PatchQuery } from '../../../ports/ledger.ts';
import type { IndexName } from '../indexes.ts';
import { patchOf, type Row, within } from '../rows.ts';
import { reading, type Source } from './source.ts';

export function patchReads(source: Source): Pick<Ledger, 'find' | 'body' | 'list' | 'line'> {
  const { mongo } = source;
  return {
    find: (id) =>
      reading(source, async () => {
        const row = await mongo.table('patches').findOne({ _id: id }, { ...mongo.strict.read, hint: '_id_' });
        return row && patchOf(row);
      }),
    body: (id) => reading(source, () => bodyOf(source, id)),
    list: (query) => reading(source, () => list(source, query)),
    line: (workspace) => reading(source, () => line(source, workspace)),
  };
}

async function bodyOf({ mongo }: Source, id: PatchId): Promise<Uint8Array> {
  const { read } = mongo.strict;
  // One that was never decided about, or was refused, has left its text at most.
  const patch = await mongo
    .table('patches')
    .findOne({ _id: id }, { ...read, hint: '_id_', projection: { _id: 1 } });
  const body = patch && (await mongo.bodies.findOne({ _id: id }, { ...read, hint: '_id_' }));
  if (body === null) throw fail('patch_unknown', { id });
  return new Uint8Array(body.bytes);
}

async function list(source: Source, query: PatchQuery): Promise<readonly Patch[]> {
  const { workspace, states, series, limit, before } = query;
  if (limit <= 0 || states?.length === 0) return [];
  const page = { limit, ...(before !== undefined && { before }) };
  if (series !== undefined) {
    const all = await rows(
      source,
      { by: { series }, index: 'patch_in_series' },
      { limit: Number.POSITIVE_INFINITY },
    );
    return newest(all.map(patchOf).filter(isAskedFor(query)), limit);
  }
  const of = workspace === undefined ? {} : { workspace };
  if (states === undefined) {
    const index = workspace === undefined ? 'patch_in_order' : 'patch_in_workspace';
    return newest((await rows(source, { by: of, index }, page)).map(patchOf), limit);
  }
  const index = workspace === undefined ? 'patch_in_state' : 'patch_in_line';
  const pages = await Promise.all(
    [...new Set(states)].map((state) => rows(source, { by: { ...of, state }, index }, page)),
  );
  return newest(pages.flat().map(patchOf), limit);
}

function isAskedFor({ workspace, states, before }: PatchQuery) {
  return (patch: Patch) =>
    (workspace === undefined || patch.workspace === workspace) &&
    (states === undefined || states.includes(patch.state.name)) &&
    (before === undefined || patch.seq < before);
}

function newest(patches: readonly Patch[], limit: number): readonly Patch[] {
  return patches.toSorted((a, b) => a.seq - b.seq).slice(-limit);
}

interface Wanted {
  readonly by: Readonly<Record<string, string>>;
  readonly index: IndexName;
}

/** The newest rows, in the order of that index. */
async function rows(
  { mongo }: Source,
  { by, index }: Wanted,
  { limit, before }: { readonly limit: number; readonly before?: number },
): Promise<readonly Row[]> {
  const filter = { ...by, ...(before !== undefined && { seq: { $lt: before } }) };
  const found = mongo.table('patches').find(filter, mongo.strict.read).hint(index).sort({ seq: -1 });
  // To the server a limit of 0 is none.
  return (Number.isSafeInteger(limit) ? found.limit(limit) : found).toArray();
}

/**
 * The line as one decision left it. Read again where a patch of it was moved meanwhile: a decision that anybody began to
 * apply is seen by then. Later patches are left out, so that a line that is submitted to without a pause can be read.
 */
async function line(source: Source, workspace: string): Promise<Line> {
  for (;;) {
    const { n, seq } = source.log.tip;
    const seen = await lineUpTo(source, { workspace, seq });
    await source.log.settled();
    if (source.log.moved(workspace) <= n) return seen;
  }
}

interface LineUpTo {
  readonly workspace: string;
  readonly seq: number;
}

async function lineUpTo(source: Source, upTo: LineUpTo): Promise<Line> {
  const { workspace } = upTo;
  const [queued, head, unfinished, held, landed, executedAt] = await Promise.all([
    count(source, upTo),
    firstQueued(source, upTo),
    inStates(source, upTo, 'checking', 'landing'),
    inStates(source, upTo, 'held'),
    lastLanded(source, workspace),
    lastExecuted(source, workspace),
  ]);
  return { head, queued, unfinished, held, lastLanded: landed, lastExecutedAt: executedAt };
}

function inStates(source: Source, { workspace, seq }: LineUpTo, ...states: StateName[]) {
  return list(source, { workspace, states, before: seq + 1, limit: Number.POSITIVE_INFINITY });
}

function count({ mongo }: Source, { workspace, seq }: LineUpTo): Promise<number> {
  const options = { ...mongo.strict.read, hint: 'patch_in_line' satisfies IndexName };
  return mongo.table('patches').countDocuments({ workspace, state: 'queued', seq: { $lte: seq } }, options);
}

async function firstQueued({ mongo }: Source, { workspace, seq }: LineUpTo): Promise<Patch | null> {
  const [row] = await mongo
    .table('patches')
    .find({ workspace, state: 'queued', seq: { $lte: seq } }, mongo.strict.read)
    .hint('patch_in_line' satisfies IndexName)
    .sort({ seq: 1 })
    .limit(1)
    .toArray();
  return row === undefined ? null : patchOf(row);
}

async function lastLanded({ mongo }: Source, workspace: string): Promise<Patch | null> {
  const [row] = await mongo
    .table('patches')
    // `:` follows the digits.
    .find({ byLanding: { $gt: within(workspace, ''), $lt: within(workspace, ':') } }, mongo.strict.read)
    .hint('patch_by_landing' satisfies IndexName)
    .sort({ byLanding: -1 })
    .limit(1)
    .toArray();
  return row === undefined ? null : patchOf(row);
}

async function lastExecuted({ mongo }: Source, workspace: string): Promise<number | null> {
  const [row] = await mongo
    .table('patches')
    .find({ workspace }, { ...mongo.strict.read, projection: { executedAt: 1 } })
    .hint('patch_executed' satisfies IndexName)
    .sort({ executedAt: -1 })
    .limit(1)
    .toArray();
  return typeof row?.executedAt === 'number' ? row.executedAt : null;
}
