import { sha256 } from '../../../core/digest.ts';
import { expiryOf, type SessionRecord } from '../../../core/session.ts';
import type { Clock } from '../../../platform/clock.ts';
import { randomId } from '../../../platform/ids.ts';
import type { Cache } from '../../../ports/cache.ts';
import type { RateCounters } from '../../../ports/rate-counters.ts';
import type { Registry } from '../../../ports/registry.ts';
import type { Session, Sessions } from '../../../ports/sessions.ts';
import type { CallThread } from '../call-thread.ts';
import { sqliteCache } from './cache.ts';
import type { FleetingCalls } from './calls.ts';
import { fleetingThread } from './client.ts';

/** What may be lost, shared by the processes of one machine. */
export interface FleetingStore {
  readonly cache: Cache;
  readonly registry: Registry;
  readonly sessions: Sessions;
  readonly counters: RateCounters;
  /** Finishes what was asked before. Closing twice is fine. */
  close(): Promise<void>;
}

export interface FleetingOptions {
  /** Created with mode 0600, its directory with 0700, where they are not there. On a local file system. */
  readonly file: string;
  readonly clock: Clock;
}

/**
 * A file of its own beside the ledger, with a thread of its own. In the ledger's file each beat of a process would take
 * the ledger's one write lock and wait for the disk; here `synchronous` is NORMAL, so that a power cut takes the last
 * moments back, and nobody has to back it up.
 */
export function openFleetingStore({ file, clock }: FleetingOptions): FleetingStore {
  const thread = fleetingThread({ file, clock });
  return {
    cache: sqliteCache(thread, clock),
    registry: registryOn(thread, clock),
    sessions: sessionsOn(thread, clock),
    counters: countersOn(thread, clock),
    close: () => thread.close(),
  };
}

function registryOn(thread: CallThread<FleetingCalls>, clock: Clock): Registry {
  return {
    announce: (announcement, ttlMs) => thread.call('announce', clock.now(), announcement, ttlMs),
    refresh: (who, ttlMs) => thread.call('refresh', clock.now(), who, ttlMs),
    withdraw: (who) => thread.call('withdraw', who),
    list: (component) => thread.call('instances', clock.now(), component),
  };
}

function sessionsOn(thread: CallThread<FleetingCalls>, clock: Clock): Sessions {
  return {
    async create({ subject, role }, { idleMs, mostMs }) {
      const id = randomId();
      const now = clock.now();
      const record = { subject, role, createdAt: now, seenAt: now, idleMs, endsAt: now + mostMs };
      await thread.call('addSession', sha256(id), record);
      return { id, session: sessionOf(record) };
    },
    async find(id) {
      const seen = await thread.call('seeSession', clock.now(), sha256(id));
      return seen && sessionOf(seen);
    },
    end: (id) => thread.call('endSession', sha256(id)),
    endAll: (subject) => thread.call('endSessions', clock.now(), subject),
  };
}

function countersOn(thread: CallThread<FleetingCalls>, clock: Clock): RateCounters {
  return {
    hit: (key, windowMs) => thread.call('hit', clock.now(), key, windowMs),
    unhit: (key) => thread.call('unhit', clock.now(), key),
    reset: (key) => thread.call('resetCounter', key),
  };
}

function sessionOf(record: SessionRecord): Session {
  const { subject, role, createdAt } = record;
  return { subject, role, createdAt, expiresAt: expiryOf(record) };
}
