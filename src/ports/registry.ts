import type { Json } from '../core/json.ts';

/**
 * Who is there: each running process, as it announces itself again and again. Silence is not life: an instance that was
 * not announced or refreshed for as long as it said is gone from every list. The time is the store's, so that clocks of
 * different machines are never compared. It may all be lost at any moment; those who live announce themselves again.
 * Every method throws GhostError store_unavailable.
 */
export interface Registry {
  /** Puts the instance on the list for `ttlMs`, in the place of what it said before. */
  announce(announcement: Announcement, ttlMs: number): Promise<void>;
  /** Lets it stay for `ttlMs` from now. False when it is not on the list any more: it has to announce itself again. */
  refresh(who: InstanceName, ttlMs: number): Promise<boolean>;
  /** Takes it off the list at once; fine when it is not there. */
  withdraw(who: InstanceName): Promise<void>;
  /** Those alive, of one component or of all (null), sorted by component and instance. */
  list(component: string | null): Promise<readonly Registered[]>;
}

export interface InstanceName {
  readonly component: string;
  /** Tells one run of one process from every other. */
  readonly instance: string;
}

export interface Announcement extends InstanceName {
  readonly version: string;
  readonly pid: number;
  readonly host: string;
  /** Where it answers; null where it serves nobody. */
  readonly address: string | null;
  /** By its own clock, milliseconds since 1970. */
  readonly startedAt: number;
  readonly details: Json;
}

export interface Registered extends Announcement {
  /** When it was heard last, by the clock of the store, milliseconds since 1970. */
  readonly at: number;
  readonly expiresAt: number;
}
