import type { Patch } from '../../core/patch/patch.ts';
import type { Order } from '../../core/queue/orders.ts';
import type { Needs } from '../needs.ts';
import { ordersOf } from './orders-of.ts';

const UNFINISHED = ['queued', 'held', 'checking', 'landing'] as const;
/** Of the newest patches that are not over; a line that long has other troubles. */
const MOST_COUNTED = 10_000;

/** A phase that is frozen or has patches that are not over, with how many of them are where. */
export interface PhaseView extends Readonly<Record<(typeof UNFINISHED)[number], number>> {
  readonly phase: string;
  readonly frozen: OrderView | null;
}

/** `at` is RFC 3339 in UTC. */
export interface OrderView {
  readonly by: string;
  readonly at: string;
  readonly reason: string;
}

export function viewOrder({ by, at, reason }: Order): OrderView {
  return { by, at: new Date(at).toISOString(), reason };
}

/** In the order of their names, as people count: P2 before P14. */
export async function phasesOf(
  needs: Pick<Needs, 'ledger' | 'chains'>,
): Promise<{ readonly phases: readonly PhaseView[]; readonly patches: readonly Patch[] }> {
  const [orders, patches] = await Promise.all([
    ordersOf(needs),
    needs.ledger.list({ states: UNFINISHED, limit: MOST_COUNTED }),
  ]);
  const named = patches.flatMap(({ terms }) => (terms.phase === null ? [] : [terms.phase]));
  const names = [...new Set([...orders.frozen.keys(), ...named])];
  const phases = names
    .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((phase) => {
      const order = orders.frozen.get(phase);
      const of = patches.filter(({ terms }) => terms.phase === phase);
      const count = (name: string) => of.filter(({ state }) => state.name === name).length;
      return {
        ...{ phase, frozen: order === undefined ? null : viewOrder(order) },
        ...{ queued: count('queued'), held: count('held') },
        ...{ checking: count('checking'), landing: count('landing') },
      };
    });
  return { phases, patches };
}
