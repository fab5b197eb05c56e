import { foldOrders, ORDERS_SUBJECT } from '../../core/ledger/order-entry.ts';
import type { Orders } from '../../core/queue/orders.ts';
import type { Needs } from '../needs.ts';

/** What operators have ordered, as it stands now. */
export async function ordersOf({ chains }: Pick<Needs, 'chains'>): Promise<Orders> {
  return foldOrders(await chains.entriesAbout(ORDERS_SUBJECT));
}
