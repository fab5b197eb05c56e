import { fail } from '../../core/errors.ts';
import { isHeld } from '../../core/lease/grant.ts';
import { acceptedPatch, keepsClaim, precedentOf } from '../../core/ledger/acceptance.ts';
import { acceptedEntry, acceptedNews, stepEntry, stepNews } from '../../core/ledger/patch-entry.ts';
import type { Patch } from '../../core/patch/patch.ts';
import type { Acceptance, AcceptedSubmission, Recorded, Step } from '../../ports/ledger.ts';
import type { Append } from './append.ts';
import type { Connection } from './calls.ts';
import { decodePatch } from './codec.ts';
import { patchReads } from './patch-reads.ts';
import { leaseReads, workspaceReads } from './register-reads.ts';

export function prepareAccept(db: Connection, append: Append) {
  const byKey = db.prepare('SELECT * FROM patch WHERE workspace = ? AND idempotency_key = ?');
  const byContent = db.prepare('SELECT * FROM patch WHERE workspace = ? AND content_claim = ?');
  const byRepaired = db.prepare('SELECT * FROM patch WHERE repairs = ?');
  const insert = prepareInsert(db);
  const { findWorkspace } = workspaceReads(db);

  return (submission: AcceptedSubmission): Acceptance => {
    if (!findWorkspace(submission.workspace)) return { kind: 'unknown-workspace' };
    const draft = acceptedPatch(submission, 0);
    const claimed = byContent.get(draft.workspace, draft.digest);
    const keyed = byKey.get(draft.workspace, draft.idempotencyKey);
    const precedent = precedentOf(
      { ...draft, repetition: submission.repetition },
      { byKey: keyed ? decodePatch(keyed) : null, byContent: claimed ? decodePatch(claimed) : null },
    );
    if (precedent.kind !== 'none') return precedent;
    const taken = draft.lineage?.kind === 'repairs' ? byRepaired.get(draft.lineage.patch) : undefined;
    if (taken) return { kind: 'repair-taken', patch: decodePatch(taken) };

    const patch = insert(draft, submission.body, claimed ? null : draft.digest);
    append(acceptedEntry(patch, submission.repetition), acceptedNews(patch));
    return { kind: 'accepted', patch };
  };
}

/** Stores a new patch and gives it its place in the order of acceptance. */
function prepareInsert(db: Connection) {
  const insertPatch = db.prepare(
    `INSERT INTO patch (id, workspace, title, author, origin, format, digest, size, external_id, idempotency_key,
       lineage, series, merge, accepted_at, version, state, executed_at, content_claim)
     VALUES (:id, :workspace, :title, :author, :origin, :format, :digest, :size, :externalId, :idempotencyKey,
       :lineage, :series, :merge, :acceptedAt, :version, :state, :executedAt, :claim)`,
  );
  const insertBody = db.prepare('INSERT INTO patch_body (seq, bytes) VALUES (?, ?)');

  return (draft: Patch, body: Uint8Array, claim: string | null): Patch => {
    const { seq: _, lineage, series, state, ...columns } = draft;
    const { lastInsertRowid } = insertPatch.run({
      ...columns,
      lineage: lineage && JSON.stringify(lineage),
      series: series && JSON.stringify(series),
      state: JSON.stringify(state),
      claim,
    });
    insertBody.run(lastInsertRowid, body);
    return { ...draft, seq: Number(lastInsertRowid) };
  };
}

export function prepareRecord(db: Connection, append: Append) {
  const { findPatch } = patchReads(db);
  const { findLease } = leaseReads(db);
  const { findWorkspace } = workspaceReads(db);
  const update = db.prepare(
    `UPDATE patch SET version = :version, state = :state, executed_at = :executedAt,
       content_claim = iif(:keepsClaim, content_claim, NULL)
     WHERE id = :id AND version = :before`,
  );

  /** Being fenced is told before being stale: the caller has to stop, not to read again. */
  return (step: Step): Recorded => {
    const { before, after, lease } = step;
    const current = findPatch(before.id);
    if (!current) throw fail('patch_unknown', { id: before.id });
    if (lease && (lease.name !== before.workspace || !isHeld(findLease(lease.name), lease))) {
      return { kind: 'fenced' };
    }
    if (step.event.type === 'claimed' && typeof findWorkspace(before.workspace)?.paused === 'string') {
      return { kind: 'stale', patch: current };
    }
    const { changes } = update.run({
      id: before.id,
      before: before.version,
      version: after.version,
      state: JSON.stringify(after.state),
      executedAt: after.executedAt,
      keepsClaim: keepsClaim(after) ? 1 : 0,
    });
    if (changes === 0) return { kind: 'stale', patch: current };
    append(stepEntry(step), stepNews(step));
    return { kind: 'recorded', patch: after };
  };
}
