import { fail } from '../errors.ts';
import type { FencingToken, Lease, LeaseRecord, ProcessIdentity } from './lease.ts';

/*
 * The rules of leases, for leasers alone: what they store is the record, what they hand out is the lease. A record
 * is never deleted, so that its token only ever grows.
 */

export interface Claim {
  readonly name: string;
  readonly owner: string;
  readonly ttlMs: number;
  readonly above: number;
}

export type Grant =
  | { readonly kind: 'taken'; readonly lease: Lease; readonly predecessor: LeaseRecord | null }
  | { readonly kind: 'busy'; readonly holder: LeaseRecord };

/** How far a fence may be ahead of the ledger: one that anybody set must not use up what is left to count. */
const LONGEST_LEAP = 2 ** 40;

/**
 * Grants a claim if nobody holds the lease at `now`; the new token exceeds the last one and `above`. The holder that a
 * refusal names is to be stored where it is not `current`: a clock that went back by an hour would else make a dead
 * holder's lease last an hour longer.
 * @throws GhostError integrity_broken for an `above` that nobody can have counted up to
 */
export function grant(current: LeaseRecord | null, claim: Claim, now: number): Grant {
  if (current !== null && current.owner !== null && current.expiresAt > now) {
    return { kind: 'busy', holder: noLongerThanGranted(current, now) };
  }
  const known = current?.token ?? 0;
  if (claim.above - known > LONGEST_LEAP) throw uncounted(claim, known);
  const token = Math.max(known, claim.above) + 1;
  const lease = mint({ name: claim.name, owner: claim.owner, token, expiresAt: now + claim.ttlMs });
  return { kind: 'taken', lease, predecessor: current };
}

function uncounted({ name, above }: Claim, known: number): Error {
  const problem = `The fence of workspace ${name} shows token ${above}, and this ledger knows of none above ${known}: nobody has counted so far. Where nobody else lands on that branch, remove its fence's ref.`;
  return fail('integrity_broken', { problem });
}

/** Whether `lease` is still the newest one of its name and was not given back; lapsed or not makes no difference. */
export function isHeld(current: LeaseRecord | null, lease: Lease): boolean {
  return current?.name === lease.name && current.token === lease.token && current.owner === lease.owner;
}

function noLongerThanGranted(record: LeaseRecord, now: number): LeaseRecord {
  const latest = now + record.ttlMs;
  return record.expiresAt > latest ? { ...record, expiresAt: latest } : record;
}

export function extended(lease: Lease, expiresAt: number): Lease {
  return { ...lease, expiresAt };
}

export function recordOf(lease: Lease, ttlMs: number, writer: ProcessIdentity | null): LeaseRecord {
  const { name, owner, token, expiresAt } = lease;
  return { name, owner, token, expiresAt, ttlMs, writer };
}

/**
 * What stays of a lease that was given back: its token, and its writer until the next holder names another. One that
 * was killed in the middle of a transaction has left locks, which may be cleared only for a writer on record.
 */
export function releasedRecord(current: LeaseRecord, at: number): LeaseRecord {
  return { ...current, owner: null, expiresAt: at };
}

function mint(facts: { name: string; owner: string; token: number; expiresAt: number }): Lease {
  return { ...facts, token: facts.token as FencingToken, minted: true as Lease['minted'] };
}
