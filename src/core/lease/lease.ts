import type { Brand } from '../brand.ts';

/** Grows by at least one with every holder of a lease; what a stale holder is recognised by. Starts at 1. */
export type FencingToken = Brand<number, 'FencingToken'>;

/** A lease a second comes to it after nine million years: a fence that shows more was not counted up by any Ghost. */
export const LARGEST_TOKEN = 2 ** 48;

/**
 * The temporary, exclusive right to run one workspace's patches. Only a leaser makes one: holding a value of this
 * type is the proof that the right was granted, and `token` is what the ledger and the repository compare.
 * The expiry decides who may try next, never who succeeds.
 */
export interface Lease {
  readonly name: string;
  readonly owner: string;
  readonly token: FencingToken;
  /** Wall clock of the ledger's host, milliseconds since 1970. */
  readonly expiresAt: number;
  readonly minted: Brand<true, 'minted by a leaser'>;
}

/** A process, told apart from a later one with the same pid by its start time, and from one before a reboot by the boot id. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Field 22 of /proc/PID/stat (clock ticks since boot) where there is one, else 0. */
  readonly startedTicks: number;
  readonly bootId: string;
}

/** A lease as the ledger remembers it, held or lapsed. */
export interface LeaseRecord {
  readonly name: string;
  readonly owner: string | null;
  readonly token: FencingToken;
  readonly expiresAt: number;
  /** What it was granted for, last renewal included. From now on it is never honoured for longer: clocks go back. */
  readonly ttlMs: number;
  /** The process group that writes to the repository under this lease, or did under the one before it: its leader. */
  readonly writer: ProcessIdentity | null;
}
