import type { Json } from '../../core/json.ts';
import type { Clock } from '../../platform/clock.ts';
import { startRounds } from '../../platform/rounds.ts';
import type { Registered, Registry } from '../../ports/registry.ts';

/** A runner that joins is counted within this time, one that died once the registry has dropped it. */
const COUNT_EVERY_MS = 2_000;

/** What a runner announces of itself beside its name, for the others to know their share by. */
export function announcedSlots(slots: number | null): Json {
  return { slots };
}

export interface Fleet {
  /** The part of this runner in the slots of all living runners, above 0 and at most 1. */
  part(): number;
  stop(): Promise<void>;
}

/** Counts the living runners and their slots again and again. While the registry cannot be read it is as if there were no other. */
export function watchFleet(
  needs: { readonly registry: Pick<Registry, 'list'>; readonly clock: Clock },
  own: { readonly component: string; readonly instance: string; readonly slots: number },
): Fleet {
  let part = 1;
  const rounds = startRounds({
    clock: needs.clock,
    everyMs: COUNT_EVERY_MS,
    round: async () => {
      part = own.slots / (own.slots + slotsOf(await others()));
      return new Date(needs.clock.now()).toISOString();
    },
    failed: () => {
      part = 1;
    },
  });
  return { part: () => part, stop: () => rounds.stop() };

  async function others(): Promise<readonly Registered[]> {
    const living = await needs.registry.list(own.component);
    return living.filter(({ instance }) => instance !== own.instance);
  }

  /** One that announces none has no limit, and at least as much room as this one. */
  function slotsOf(runners: readonly Registered[]): number {
    return runners.reduce((sum, { details }) => sum + (announcedBy(details) ?? own.slots), 0);
  }
}

function announcedBy(details: Json): number | null {
  if (typeof details !== 'object' || details === null || !('slots' in details)) return null;
  const { slots } = details;
  return typeof slots === 'number' && slots > 0 ? slots : null;
}
