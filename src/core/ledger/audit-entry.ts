import { type EntryDraft, SYSTEM_CHAIN } from './entry.ts';

/**
 * An operator has the audit log written anew. The entry comes first and stands in the new log: without a line of it
 * there, the rebuild did not come to its end.
 */
export function auditRebuildBegun(act: {
  readonly actor: string;
  readonly at: number;
  /** The name under which the old log is kept beside the new one; null when nothing was left of it. */
  readonly kept: string | null;
  readonly problems: readonly string[];
}): EntryDraft {
  const { actor, at, kept, problems } = act;
  const data = { kept, problemCount: problems.length, problem: problems[0] ?? null };
  return { chain: SYSTEM_CHAIN, at, actor, type: 'audit.rebuild_begun', subject: 'audit.log', data };
}
