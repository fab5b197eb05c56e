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
      const current = findLease(request.name);
      const outcome = grant(current, request, now);
      if (outcome.kind === 'busy') {
        if (outcome.holder !== current) store(outcome.holder);
        return outcome;
      }
      const { lease, predecessor } = outcome;
      store(recordOf(lease, request.ttlMs, predecessor?.writer ?? null));
      append(leaseTaken(lease, predecessor, moment(lease.name, now)));
      return outcome;
    },
    renewLease(now: number, lease: Lease, ttlMs: number): Lease | null {
      const current = findLease(lease.name);
      if (!isHeld(current, lease)) return null;
      const renewed = extended(lease, now + ttlMs);
      store(recordOf(renewed, ttlMs, current?.writer ?? null));
      return renewed;
    },
    nameWriter(lease: Lease, writer: ProcessIdentity): boolean {
      const current = findLease(lease.name);
      if (current === null || !isHeld(current, lease)) return false;
      store({ ...current, writer });
      return true;
    },
    releaseLease(now: number, lease: Lease): void {
      const current = findLease(lease.name);
      if (current === null || !isHeld(current, lease)) return;
      store(releasedRecord(current, now));
      append(leaseReleased(lease, moment(lease.name, now)));
    },
  };
}

function prepareStore(db: Connection) {
  const upsert = db.prepare(
    `INSERT INTO lease (name, owner, token, expires_at, ttl_ms, writer)
     VALUES (:name, :owner, :token, :expiresAt, :ttlMs, :writer)
     ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, token = excluded.token,
       expires_at = excluded.expires_at, ttl_ms = excluded.ttl_ms, writer = excluded.writer`,
  );
  return (record: LeaseRecord) =>
    upsert.run({ ...record, writer: record.writer && JSON.stringify(record.writer) });
}
