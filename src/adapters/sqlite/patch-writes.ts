import type { Sha256 } from '../../core/digest.ts';
import { fail } from '../../core/errors.ts';
import { isHeld } from '../../core/lease/grant.ts';
import { acceptedPatch, claimOf, keepsClaim, precedentOf } from '../../core/ledger/acceptance.ts';
import { acceptedEntry, acceptedNews, stepEntry, stepNews } from '../../core/ledger/patch-entry.ts';
import { takenOffStep } from '../../core/ledger/taken-off.ts';
import type { PatchId } from '../../core/patch/id.ts';
import { attemptAfter, type Patch } from '../../core/patch/patch.ts';
import type { Acceptance, AcceptedSubmission, Recorded, Step } from '../../ports/ledger.ts';
import type { Append } from './append.ts';
import type { Connection } from './calls.ts';
import { decodePatch, type Row } from './codec.ts';
import { patchReads, prepareSeries } from './patch-reads.ts';
import { leaseReads, workspaceReads } from './register-reads.ts';

export function prepareAccept(db: Connection, append: Append) {
  const known = prepareKnown(db);
  const nextAttempt = db.prepare('SELECT * FROM patch WHERE attempt_after = ?');
  const release = db.prepare(
    'UPDATE patch SET content_claim = NULL WHERE workspace = ? AND content_claim = ?',
  );
  const insert = prepareInsert(db);
  const { findWorkspace } = workspaceReads(db);

  return (first: AcceptedSubmission, ...rest: readonly AcceptedSubmission[]): Acceptance => {
    const { workspace, idempotencyKey: key, repetition, lineage } = first;
    if (!findWorkspace(workspace)) return { kind: 'unknown-workspace' };
    const text = [first, ...rest];
    const claim = claimOf(text);
    const precedent = precedentOf(text, { key, repetition }, known({ workspace, key, claim }));
    if (precedent.kind === 'conflict') return { kind: 'conflict', patch: headed(precedent.patches).patch };
    if (precedent.kind === 'repeated') return { kind: 'repeated', ...headed(precedent.patches) };
    const after = attemptAfter(lineage);
    const taken = after === null ? undefined : nextAttempt.get(after);
    if (taken) return { kind: 'repair-taken', patch: decodePatch(taken) };

    // A series that broke no longer answers for its content, though its first patch may have landed.
    if (precedent.claim === 'free') release.run(workspace, claim);
    const patches = text.map((submission, at) => {
      const claims = at === 0 && precedent.claim === 'free';
      const patch = insert(acceptedPatch(submission, 0), submission.body, claims ? claim : null);
      append(acceptedEntry(patch, repetition), acceptedNews(patch));
      return patch;
    });
    return { kind: 'accepted', ...headed(patches) };
  };
}

function headed([patch, ...rest]: readonly Patch[]) {
  if (patch === undefined) throw new TypeError('a text has at least one patch');
  return { patch, rest };
}

/** The patches that came in one text with the one that has the key, or that holds the claim. */
function prepareKnown(db: Connection) {
  const byKey = db.prepare('SELECT * FROM patch WHERE workspace = ? AND idempotency_key = ?');
  const byContent = db.prepare('SELECT * FROM patch WHERE workspace = ? AND content_claim = ?');
  const ofSeries = prepareSeries(db);
  const textOf = (row: Row | undefined): readonly Patch[] => {
    if (row === undefined) return [];
    const found = decodePatch(row);
    return found.series === null ? [found] : ofSeries(found.series.first);
  };
  return (text: { readonly workspace: string; readonly key: string | null; readonly claim: Sha256 }) => ({
    byKey: textOf(byKey.get(text.workspace, text.key)),
    byContent: textOf(byContent.get(text.workspace, text.claim)),
  });
}

/** Stores a new patch and gives it its place in the order of acceptance. */
function prepareInsert(db: Connection) {
  const insertPatch = db.prepare(
    `INSERT INTO patch (id, workspace, title, author, origin, format, digest, size, external_id, idempotency_key,
       lineage, series, merge, terms, accepted_at, version, state, executed_at, content_claim)
     VALUES (:id, :workspace, :title, :author, :origin, :format, :digest, :size, :externalId, :idempotencyKey,
       :lineage, :series, :merge, :terms, :acceptedAt, :version, :state, :executedAt, :claim)`,
  );
  const insertBody = db.prepare('INSERT INTO patch_body (seq, bytes) VALUES (?, ?)');

  return (draft: Patch, body: Uint8Array, claim: string | null): Patch => {
    const { seq: _, lineage, series, terms, state, ...columns } = draft;
    const { lastInsertRowid } = insertPatch.run({
      ...columns,
      lineage: lineage && JSON.stringify(lineage),
      series: series && JSON.stringify(series),
      terms: JSON.stringify(terms),
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
  const update = prepareUpdate(db);

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
    if (!update(before, after)) return { kind: 'stale', patch: current };
    append(stepEntry(step), stepNews(step));
    return { kind: 'recorded', patch: after };
  };
}

/** Tells of a landed patch that it is not on the branch any more; false where there is nothing to tell. */
export function prepareTakeOff(db: Connection, append: Append) {
  const { findPatch } = patchReads(db);
  const update = prepareUpdate(db);
  return (id: PatchId, taking: Parameters<typeof takenOffStep>[1]): boolean => {
    const step = takenOffStep(findPatch(id), taking);
    if (step === null || !update(step.before, step.after)) return false;
    append(stepEntry(step), stepNews(step));
    return true;
  };
}

/** False when the patch has moved on from `before`. */
function prepareUpdate(db: Connection) {
  const update = db.prepare(
    `UPDATE patch SET version = :version, state = :state, executed_at = :executedAt,
       content_claim = iif(:keepsClaim, content_claim, NULL)
     WHERE id = :id AND version = :before`,
  );
  return (before: Patch, after: Patch): boolean => {
    const { changes } = update.run({
      id: before.id,
      before: before.version,
      version: after.version,
      state: JSON.stringify(after.state),
      executedAt: after.executedAt,
      keepsClaim: keepsClaim(after) ? 1 : 0,
    });
    return changes !== 0;
  };
}
