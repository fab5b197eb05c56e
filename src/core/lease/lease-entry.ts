import { type EntryDraft, SYSTEM_CHAIN } from '../ledger/entry.ts';
import type { Lease, LeaseRecord } from './lease.ts';

export interface LeaseMoment {
  readonly at: number;
  /** Whether the lease has the name of a registered workspace, whose chain then tells of it. */
  readonly ofWorkspace: boolean;
}

export function leaseTaken(lease: Lease, predecessor: LeaseRecord | null, moment: LeaseMoment): EntryDraft {
  const after = predecessor && { owner: predecessor.owner, token: predecessor.token };
  return { ...about(lease, moment), type: 'lease.taken', data: { token: lease.token, after } };
}

export function leaseReleased(lease: Lease, moment: LeaseMoment): EntryDraft {
  return { ...about(lease, moment), type: 'lease.released', data: { token: lease.token } };
}

function about({ name, owner }: Lease, { at, ofWorkspace }: LeaseMoment) {
  return { chain: ofWorkspace ? name : SYSTEM_CHAIN, at, actor: owner, subject: name };
}
