import { fail } from '../../core/errors.ts';
import type { PatchId } from '../../core/patch/id.ts';
import type { Patch, StateName } from '../../core/patch/patch.ts';
import type { Line, PatchQuery } from '../../ports/ledger.ts';
import type { Connection } from './calls.ts';
import { bytes, decodePatch, integer, integerOrNull } from './codec.ts';

/** A page ends at `before`, exclusive; without one it ends at the newest patch. */
const NEWEST = Number.MAX_SAFE_INTEGER;

export function patchReads(db: Connection) {
  const byId = db.prepare('SELECT * FROM patch WHERE id = ?');
  const bodyOf = db.prepare('SELECT bytes FROM patch_body WHERE seq = (SELECT seq FROM patch WHERE id = ?)');
  const pages = preparePages(db);
  const line = prepareLine(db);

  function find(id: PatchId): Patch | null {
    const row = byId.get(id);
    return row ? decodePatch(row) : null;
  }

  return {
    findPatch: find,
    body(id: PatchId): Uint8Array {
      const row = bodyOf.get(id);
      if (!row) throw fail('patch_unknown', { id });
      return bytes(row, 'bytes');
    },
    listPatches: (query: PatchQuery) => pages(query),
    line,
  };
}

/**
 * One statement per kind of page and, for several states, one page of each merged: a single query over a list of
 * states would sort every patch that is in one of them.
 */
function preparePages(db: Connection) {
  const tail = 'seq < :before ORDER BY seq DESC LIMIT :limit';
  const all = db.prepare(`SELECT * FROM patch WHERE ${tail}`);
  const ofWorkspace = db.prepare(`SELECT * FROM patch WHERE workspace = :workspace AND ${tail}`);
  const inState = db.prepare(`SELECT * FROM patch WHERE state_name = :state AND ${tail}`);
  const inLine = db.prepare(
    `SELECT * FROM patch WHERE workspace = :workspace AND state_name = :state AND ${tail}`,
  );

  const ofSeries = prepareSeries(db);

  return ({ workspace, states, series, limit, before = NEWEST }: PatchQuery): readonly Patch[] => {
    const page = { before, limit };
    if (series !== undefined)
      return ofSeries(series)
        .filter((patch) => workspace === undefined || patch.workspace === workspace)
        .filter((patch) => states === undefined || states.includes(patch.state.name))
        .filter((patch) => patch.seq < before)
        .filter((_, at, found) => at >= found.length - limit);
    const rowsIn = (state: StateName) =>
      workspace === undefined ? inState.all({ state, ...page }) : inLine.all({ workspace, state, ...page });
    const rowsOfAll = () =>
      workspace === undefined ? all.all(page) : ofWorkspace.all({ workspace, ...page });
    const rows = states === undefined ? rowsOfAll() : [...new Set(states)].flatMap(rowsIn);
    return rows
      .map(decodePatch)
      .sort((a, b) => a.seq - b.seq)
      .slice(-limit);
  };
}

/** All patches of a series by the id of its first, in order; it is a few hundred at most. */
export function prepareSeries(db: Connection) {
  const ofSeries = db.prepare(
    `SELECT * FROM patch WHERE series ->> '$.first' = ? AND series IS NOT NULL ORDER BY seq`,
  );
  return (first: PatchId): readonly Patch[] => ofSeries.all(first).map(decodePatch);
}

function prepareLine(db: Connection) {
  const inState = db.prepare(
    'SELECT * FROM patch WHERE workspace = ? AND state_name = ? ORDER BY seq LIMIT ?',
  );
  const count = db.prepare(
    "SELECT count(*) AS queued FROM patch WHERE workspace = ? AND state_name = 'queued'",
  );
  const lastLanded = db.prepare(
    `SELECT * FROM patch WHERE workspace = ? AND landing_seq IS NOT NULL ORDER BY landing_seq DESC LIMIT 1`,
  );
  const lastExecuted = db.prepare(
    'SELECT max(executed_at) AS at FROM patch WHERE workspace = ? AND executed_at IS NOT NULL',
  );
  const ALL = -1;

  return (workspace: string): Line => {
    const patches = (state: StateName, limit: number) =>
      inState.all(workspace, state, limit).map(decodePatch);
    const landed = lastLanded.get(workspace);
    const unfinished = [...patches('checking', ALL), ...patches('landing', ALL)];
    return {
      head: patches('queued', 1)[0] ?? null,
      queued: integer(count.get(workspace) ?? {}, 'queued'),
      unfinished: unfinished.sort((a, b) => a.seq - b.seq),
      held: patches('held', ALL),
      lastLanded: landed ? decodePatch(landed) : null,
      lastExecutedAt: integerOrNull(lastExecuted.get(workspace) ?? {}, 'at'),
    };
  };
}
