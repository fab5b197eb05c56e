import { extended, grant, isHeld, recordOf, releasedRecord } from '../../../core/lease/grant.ts';
import type { Lease, ProcessIdentity } from '../../../core/lease/lease.ts';
import { leaseReleased, leaseTaken } from '../../../core/lease/lease-entry.ts';
import { SYSTEM_CHAIN } from '../../../core/ledger/entry.ts';
import type { LeaseOutcome, LeaseRequest } from '../../../ports/leaser.ts';
import { leaseRow } from '../rows.ts';
import { type Operation, wantOf } from './operation.ts';
import { heldIn, registered } from './patches.ts';
import type { View, Want } from './view.ts';

export function taking(request: LeaseRequest, now: number): Operation<LeaseOutcome> {
  return {
    wants: wantsOf(request.name),
    decide(view) {
      const current = heldIn(view, request.name);
      const outcome = grant(current, request, now);
      if (outcome.kind === 'busy') {
        if (outcome.holder.expiresAt !== current?.expiresAt) view.put('leases', leaseRow(outcome.holder));
        return outcome;
      }
      const { lease, predecessor } = outcome;
      view.put('leases', leaseRow(recordOf(lease, request.ttlMs, predecessor?.writer ?? null)));
      view.append(leaseTaken(lease, predecessor, momentOf(view, lease.name, now)));
      return outcome;
    },
  };
}

/** For a lease that lapsed: whether somebody took it meanwhile has to be decided. */
export function renewing(lease: Lease, ttlMs: number, now: number): Operation<Lease | null> {
  return {
    wants: wantsOf(lease.name),
    decide(view) {
      const current = heldIn(view, lease.name);
      if (current === null || !isHeld(current, lease)) return null;
      const renewed = extended(lease, now + ttlMs);
      view.put('leases', leaseRow(recordOf(renewed, ttlMs, current.writer)));
      return renewed;
    },
  };
}

export function namingWriter(lease: Lease, writer: ProcessIdentity): Operation<boolean> {
  return {
    wants: wantsOf(lease.name),
    decide(view) {
      const current = heldIn(view, lease.name);
      if (current === null || !isHeld(current, lease)) return false;
      view.put('leases', leaseRow({ ...current, writer }));
      return true;
    },
  };
}

export function releasing(lease: Lease, now: number): Operation<void> {
  return {
    wants: wantsOf(lease.name),
    decide(view) {
      const current = heldIn(view, lease.name);
      if (current === null || !isHeld(current, lease)) return;
      view.put('leases', leaseRow(releasedRecord(current, now)));
      view.append(leaseReleased(lease, momentOf(view, lease.name, now)));
    },
  };
}

function wantsOf(name: string): readonly Want[] {
  return [
    wantOf('leases', name),
    wantOf('workspaces', name),
    wantOf('heads', name),
    wantOf('heads', SYSTEM_CHAIN),
  ];
}

function momentOf(view: View, name: string, at: number) {
  return { at, ofWorkspace: registered(view, name) !== null };
}
