import type { Mode, ModeOrder, Order, Orders } from '../queue/orders.ts';
import { type Entry, type EntryDraft, SYSTEM_CHAIN } from './entry.ts';

/** What all entries about orders have as their subject: they are folded together, in one look. No workspace has such a name. */
export const ORDERS_SUBJECT = 'orders:lines';

export function modeSet(workspace: string, mode: Mode, { by, at, reason }: Order): EntryDraft {
  const data = { mode, reason };
  return { chain: workspace, at, actor: by, type: 'workspace.mode_set', subject: ORDERS_SUBJECT, data };
}

export function phaseFrozen(phase: string, { by, at, reason }: Order): EntryDraft {
  const data = { phase, reason };
  return { chain: SYSTEM_CHAIN, at, actor: by, type: 'phase.frozen', subject: ORDERS_SUBJECT, data };
}

export function phaseThawed(phase: string, { by, at }: Omit<Order, 'reason'>): EntryDraft {
  const data = { phase };
  return { chain: SYSTEM_CHAIN, at, actor: by, type: 'phase.thawed', subject: ORDERS_SUBJECT, data };
}

/** What stands of all that was ordered, in the order of the ledger. */
export function foldOrders(entries: readonly Entry[]): Orders {
  const modes = new Map<string, ModeOrder>();
  const frozen = new Map<string, Order>();
  for (const { chain, type, actor: by, at, data } of entries) {
    const told = data as { readonly mode?: Mode; readonly phase?: string; readonly reason?: string };
    const order = { by, at, reason: told.reason ?? '' };
    if (type === 'workspace.mode_set') modes.set(chain, { ...order, mode: told.mode ?? 'auto' });
    if (type === 'phase.frozen') frozen.set(told.phase ?? '', order);
    if (type === 'phase.thawed') frozen.delete(told.phase ?? '');
  }
  return { modes, frozen };
}
