import type { Holding } from './holding.ts';
import { keepLease } from './keep-lease.ts';
import type { Needs } from './needs.ts';
import { giveBackWorkspace } from './take-workspace.ts';

/** Keeps a workspace's lease for as long as `act` takes, however long a remote makes it wait, then gives it back. */
export async function whileHeld<T>(
  needs: Pick<Needs, 'leaser' | 'clock'>,
  held: { readonly holding: Holding; readonly ttlMs: number; readonly lost: () => void },
  act: () => Promise<T>,
): Promise<T> {
  const { holding, ttlMs, lost } = held;
  const over = new AbortController();
  const keeping = keepLease(needs, { lease: holding.lease, ttlMs, lost }, over.signal);
  try {
    return await act();
  } finally {
    over.abort();
    await keeping;
    await giveBackWorkspace(needs, holding);
  }
}
