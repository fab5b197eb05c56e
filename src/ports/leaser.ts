import type { Lease, LeaseRecord, ProcessIdentity } from '../core/lease/lease.ts';

/** Grants leases with fencing tokens. A conformance suite holds every adapter to this text. */
export interface Leaser {
  /**
   * Grants the lease if it is free or lapsed. The new token is greater than every earlier one and than `above`. A
   * holder whose expiry lies further ahead than it was granted for, because the clock went back, has from the first
   * refusal on only that long.
   * @throws GhostError integrity_broken for an `above` that nobody can have counted up to: nothing is stored
   */
  take(request: LeaseRequest): Promise<LeaseOutcome>;
  /** Extends a lease that nobody took over meanwhile, lapsed or not; null when somebody did. */
  renew(lease: Lease, ttlMs: number): Promise<Lease | null>;
  /**
   * Names the process that writes to the repository, so that a successor can end it and clear up after it. It stays on
   * record, through release and takeover, until another is named. False when the lease is lost.
   */
  nameWriter(lease: Lease, writer: ProcessIdentity): Promise<boolean>;
  /** Gives the lease back at once; nothing happens when it was lost. */
  release(lease: Lease): Promise<void>;
  find(name: string): Promise<LeaseRecord | null>;
}

export interface LeaseRequest {
  readonly name: string;
  readonly owner: string;
  readonly ttlMs: number;
  /** The token found in the repository's fence, 0 when there is none: a restored ledger may be behind it. */
  readonly above: number;
}

export type LeaseOutcome =
  | {
      readonly kind: 'taken';
      readonly lease: Lease /** The record that the new one replaces. */;
      readonly predecessor: LeaseRecord | null;
    }
  | { readonly kind: 'busy'; readonly holder: Pick<LeaseRecord, 'owner' | 'expiresAt'> };
