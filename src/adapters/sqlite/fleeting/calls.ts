import type { SessionRecord } from '../../../core/session.ts';
import type { CacheKey } from '../../../ports/cache.ts';
import type { Count, CounterKey } from '../../../ports/rate-counters.ts';
import type { Announcement, InstanceName, Registered } from '../../../ports/registry.ts';

/** What the thread does, each call alone. `now` is the time of the call, which only the caller's clock knows. */
export interface FleetingCalls {
  readonly cached: (now: number, key: CacheKey) => Uint8Array | null;
  readonly keep: (now: number, key: CacheKey, kept: Kept) => void;
  /** Takes the right to load a key, where it is not there and nobody else loads it. */
  readonly claimLoad: (now: number, key: CacheKey, claim: LoadClaim) => LoadClaimed;
  /** Keeps what was loaded, if the claim still stands. */
  readonly keepLoaded: (now: number, key: CacheKey, kept: Kept & { readonly claim: string }) => void;
  readonly giveUpLoad: (key: CacheKey, claim: string) => void;
  readonly drop: (key: CacheKey) => void;
  readonly dropNamespace: (namespace: string) => void;
  readonly announce: (now: number, announcement: Announcement, ttlMs: number) => void;
  readonly refresh: (now: number, who: InstanceName, ttlMs: number) => boolean;
  readonly withdraw: (who: InstanceName) => void;
  readonly instances: (now: number, component: string | null) => readonly Registered[];
  readonly addSession: (digest: string, record: SessionRecord) => void;
  readonly seeSession: (now: number, digest: string) => SessionRecord | null;
  readonly endSession: (digest: string) => void;
  readonly endSessions: (now: number, subject: string) => number;
  readonly hit: (now: number, key: CounterKey, windowMs: number) => Count;
  readonly unhit: (now: number, key: CounterKey) => void;
  readonly resetCounter: (key: CounterKey) => void;
}

export interface Kept {
  readonly value: Uint8Array;
  readonly ttlMs: number;
}

interface LoadClaim {
  readonly claim: string;
  /** How long it keeps others from loading. */
  readonly forMs: number;
}

type LoadClaimed =
  | { readonly kind: 'kept'; readonly value: Uint8Array }
  | { readonly kind: 'ours' }
  | { readonly kind: 'theirs' };

/** They need no write lock. */
export const READS: ReadonlySet<string> = new Set<keyof FleetingCalls>(['cached', 'instances']);
