import { extended } from '../../core/lease/grant.ts';
import type { Leaser } from '../../ports/leaser.ts';
import { namingWriter, releasing, renewing, taking } from './decide/leases.ts';
import { renewed } from './direct.ts';
import type { Decider } from './log/decider.ts';
import { findLease } from './read/register.ts';
import type { Source } from './read/source.ts';

interface Holding {
  readonly source: Source;
  readonly decider: Decider;
  /** The time that is the same for all who take leases here. */
  readonly now: () => Promise<number>;
}

export function mongoLeaser({ source, decider, now }: Holding): Leaser {
  return {
    take: async (request) => decider.decide(taking(request, await now())),
    /** A living lease is extended beside the decisions; whether one that lapsed still can be has to be decided. */
    async renew(lease, ttlMs) {
      const at = await now();
      await source.log.settled();
      if (await renewed(source.mongo, lease, { now: at, ttlMs })) return extended(lease, at + ttlMs);
      return decider.decide(renewing(lease, ttlMs, at));
    },
    nameWriter: (lease, writer) => decider.decide(namingWriter(lease, writer)),
    release: async (lease) => decider.decide(releasing(lease, await now())),
    find: (name) => findLease(source, name),
  };
}
