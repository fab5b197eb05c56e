import type { Patch } from '../patch/patch.ts';
import type { HoldReason } from '../patch/reason.ts';

/**
 * How a line is run: `auto` lands what its gate passes, `manual` only what a person has approved, `test` checks and lands
 * nothing, `lockdown` begins nothing and takes nothing in.
 */
export const MODES = ['auto', 'manual', 'test', 'lockdown'] as const;
export type Mode = (typeof MODES)[number];

/** Who ordered it, when (milliseconds since 1970), and why. */
export interface Order {
  readonly by: string;
  readonly at: number;
  readonly reason: string;
}

export interface ModeOrder extends Order {
  readonly mode: Mode;
}

/** What operators have ordered and nobody has taken back. */
export interface Orders {
  /** By workspace; one without any is run as `auto`. */
  readonly modes: ReadonlyMap<string, ModeOrder>;
  /** By phase. */
  readonly frozen: ReadonlyMap<string, Order>;
}

export const NO_ORDERS: Orders = { modes: new Map(), frozen: new Map() };

export function modeOf({ modes }: Orders, workspace: string): Mode {
  return modes.get(workspace)?.mode ?? 'auto';
}

/** Why nothing begins in a line, in words; null where nothing keeps it. */
export function whyLocked({ modes }: Orders, workspace: string): string | null {
  const order = modes.get(workspace);
  return order?.mode === 'lockdown' ? `in lockdown: ${sayOrder(order)}` : null;
}

/** `ordered by ada: the release is out`. */
export function sayOrder({ by, reason }: Pick<Order, 'by' | 'reason'>): string {
  return `ordered by ${by}${reason === '' ? '' : `: ${reason}`}`;
}

export interface Hold {
  readonly reason: HoldReason;
  readonly detail: string;
}

/** When a patch is about to be begun, and when it is about to land. */
type Moment = 'beginning' | 'landing';

/**
 * Why orders keep a patch from going on, or null. @param approved whether those who may have approved it, at the
 * beginning in whatever form it had, at the landing exactly what would land
 */
export function whyHeld(
  orders: Orders,
  { workspace, terms }: Pick<Patch, 'workspace' | 'terms'>,
  { moment, approved }: { readonly moment: Moment; readonly approved: boolean },
): Hold | null {
  const frozen = terms.phase === null ? undefined : orders.frozen.get(terms.phase);
  if (frozen !== undefined)
    return { reason: 'phase_frozen', detail: `phase ${terms.phase} is frozen, ${sayOrder(frozen)}` };
  const order = orders.modes.get(workspace);
  switch (order?.mode) {
    case 'lockdown':
      // At the beginning the whole line stands still instead, and its patches keep their places.
      return moment === 'beginning'
        ? null
        : { reason: 'mode_lockdown', detail: `lockdown ${sayOrder(order)}` };
    case 'manual':
      return approved
        ? null
        : {
            reason: 'mode_manual',
            detail: `mode manual ${sayOrder(order)}; it waits for a person's approval`,
          };
    case 'test':
      return moment === 'beginning'
        ? null
        : {
            reason: 'mode_test',
            detail: `its checks passed; mode test ${sayOrder(order)}, so that nothing lands`,
          };
    default:
      return null;
  }
}

/** Whether an order that held a patch does so no more. What approvals decide is not for orders to end. */
export function isHoldOver(
  orders: Orders,
  { workspace, terms }: Pick<Patch, 'workspace' | 'terms'>,
  reason: HoldReason,
): boolean {
  switch (reason) {
    case 'phase_frozen':
      return terms.phase === null || !orders.frozen.has(terms.phase);
    case 'mode_manual':
      return modeOf(orders, workspace) !== 'manual';
    case 'mode_test':
      return modeOf(orders, workspace) !== 'test';
    case 'mode_lockdown':
      return modeOf(orders, workspace) !== 'lockdown';
    default:
      return false;
  }
}
