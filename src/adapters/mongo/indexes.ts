import type { IndexDescription } from 'mongodb';

/**
 * Every index that a query asks for by name, as it is made by `migrations/`. `_id` has its own.
 * Sparse and unique ones hold what may stand there once: a second lock behind the one that decisions are.
 */
export const INDEXES = {
  patches: [
    { name: 'patch_by_key', key: { byKey: 1 }, unique: true, sparse: true },
    { name: 'patch_by_content', key: { byContent: 1 }, unique: true, sparse: true },
    { name: 'patch_by_attempt', key: { byAttempt: 1 }, unique: true, sparse: true },
    { name: 'patch_by_landing', key: { byLanding: 1 }, unique: true, sparse: true },
    { name: 'patch_in_order', key: { seq: 1 }, unique: true },
    { name: 'patch_in_series', key: { series: 1, seq: 1 } },
    { name: 'patch_open', key: { openIn: 1 }, sparse: true },
    { name: 'patch_in_workspace', key: { workspace: 1, seq: 1 } },
    { name: 'patch_in_line', key: { workspace: 1, state: 1, seq: 1 } },
    { name: 'patch_in_state', key: { state: 1, seq: 1 } },
    { name: 'patch_executed', key: { workspace: 1, executedAt: 1 } },
  ],
  entries: [
    { name: 'entry_in_chain', key: { chain: 1, n: 1 }, unique: true },
    { name: 'entry_about', key: { subject: 1, _id: 1 } },
  ],
  workspaces: [{ name: 'workspace_registered', key: { registered: 1 }, sparse: true }],
} as const satisfies Readonly<Record<string, readonly IndexDescription[]>>;

export type IndexName = (typeof INDEXES)[keyof typeof INDEXES][number]['name'];

/** The index by which rows are looked up by a field. */
export const INDEX_OF: Readonly<Record<string, IndexName | '_id_'>> = {
  _id: '_id_',
  byKey: 'patch_by_key',
  byContent: 'patch_by_content',
  byAttempt: 'patch_by_attempt',
  byLanding: 'patch_by_landing',
  series: 'patch_in_series',
  openIn: 'patch_open',
  registered: 'workspace_registered',
};
