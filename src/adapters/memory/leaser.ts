import { extended, grant, isHeld, recordOf, releasedRecord } from '../../core/lease/grant.ts';
import type { Lease } from '../../core/lease/lease.ts';
import { leaseReleased, leaseTaken } from '../../core/lease/lease-entry.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Leaser } from '../../ports/leaser.ts';
import { append, type Store } from './store.ts';

export function memoryLeaser(store: Store, clock: Clock): Leaser {
  const find = (name: string) => store.leases.get(name) ?? null;
  const holds = (lease: Lease) => isHeld(find(lease.name), lease);
  const moment = (name: string) => ({ at: clock.now(), ofWorkspace: store.workspaces.has(name) });

  return {
    async take(request) {
      const outcome = grant(find(request.name), request, clock.now());
      if (outcome.kind === 'busy') {
        store.leases.set(request.name, outcome.holder);
        return outcome;
      }
      const { lease, predecessor } = outcome;
      store.leases.set(lease.name, recordOf(lease, request.ttlMs, predecessor?.writer ?? null));
      append(store, leaseTaken(lease, predecessor, moment(lease.name)));
      return outcome;
    },
    async renew(lease, ttlMs) {
      if (!holds(lease)) return null;
      const renewed = extended(lease, clock.now() + ttlMs);
      store.leases.set(lease.name, recordOf(renewed, ttlMs, find(lease.name)?.writer ?? null));
      return renewed;
    },
    async nameWriter(lease, writer) {
      const current = find(lease.name);
      if (current === null || !isHeld(current, lease)) return false;
      store.leases.set(lease.name, { ...current, writer });
      return true;
    },
    async release(lease) {
      const current = find(lease.name);
      if (current === null || !isHeld(current, lease)) return;
      store.leases.set(lease.name, releasedRecord(current, clock.now()));
      append(store, leaseReleased(lease, moment(lease.name)));
    },
    async find(name) {
      return find(name);
    },
  };
}
