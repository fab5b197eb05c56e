import { extended, grant, isHeld, recordOf, releasedRecord } from '../../core/lease/grant.ts';
import type { Lease, LeaseRecord, ProcessIdentity } from '../../core/lease/lease.ts';
import { leaseReleased, leaseTaken } from '../../core/lease/lease-entry.ts';
import type { LeaseOutcome, LeaseRequest } from '../../ports/leaser.ts';
import type { Append } from './append.ts';
import type { Connection } from './calls.ts';
import { leaseReads, workspaceReads } from './register-reads.ts';

/** Each of them reads and writes under the write lock, so that no other process comes between the two. */
export function leaseWrites(db: Connection, append: Append) {
  const { findLease } = leaseReads(db);
  const { findWorkspace } = workspaceReads(db);
  const store = prepareStore(db);
  const moment = (name: string, at: number) => ({ at, ofWorkspace: findWorkspace(name) !== null });

  return {
    takeLease(now: number, request: LeaseRequest): LeaseOutcome {
      const outcome = grant(findLease(request.name), request, now);
      if (outcome.kind === 'busy') return outcome;
      const { lease, predecessor } = outcome;
      store(recordOf(lease, predecessor?.writer ?? null));
      append(leaseTaken(lease, predecessor, moment(lease.name, now)));
      return outcome;
    },
    renewLease(now: number, lease: Lease, ttlMs: number): Lease | null {
      const current = findLease(lease.name);
      if (!isHeld(current, lease)) return null;
      const renewed = extended(lease, now + ttlMs);
      store(recordOf(renewed, current?.writer ?? null));
      return renewed;
    },
    nameWriter(lease: Lease, writer: ProcessIdentity): boolean {
      const current = findLease(lease.name);
      if (current === null || !isHeld(current, lease)) return false;
      store({ ...current, writer });
      return true;
    },
    releaseLease(now: number, lease: Lease): void {
      if (!isHeld(findLease(lease.name), lease)) return;
      store(releasedRecord(lease, now));
      append(leaseReleased(lease, moment(lease.name, now)));
    },
  };
}

function prepareStore(db: Connection) {
  const upsert = db.prepare(
    `INSERT INTO lease (name, owner, token, expires_at, writer)
     VALUES (:name, :owner, :token, :expiresAt, :writer)
     ON CONFLICT (name) DO UPDATE SET
       owner = excluded.owner, token = excluded.token, expires_at = excluded.expires_at, writer = excluded.writer`,
  );
  return (record: LeaseRecord) =>
    upsert.run({ ...record, writer: record.writer && JSON.stringify(record.writer) });
}
