import type { Lease } from '../core/lease/lease.ts';
import type { Needs } from './needs.ts';

/**
 * Renews a lease three times in its life until `signal` aborts; calls `lost` once when a newer holder exists or the
 * lease has run out because the ledger could not be reached. That only saves wasted work: a stale holder is stopped
 * by its token, not by its clock.
 */
export async function keepLease(
  needs: Pick<Needs, 'leaser' | 'clock'>,
  kept: { readonly lease: Lease; readonly ttlMs: number; readonly lost: () => void },
  signal: AbortSignal,
): Promise<void> {
  const { lease, ttlMs, lost } = kept;
  let validUntil = needs.clock.monotonic() + ttlMs;
  while (!signal.aborted) {
    await needs.clock.sleep(ttlMs / 3, signal);
    if (signal.aborted) return;
    // Counted from before the request leaves, so that the answer's way back never lengthens the lease.
    const sentAt = needs.clock.monotonic();
    const renewed = await needs.leaser.renew(lease, ttlMs).catch(() => 'unknown' as const);
    if (renewed === null) return lost();
    if (renewed !== 'unknown') validUntil = sentAt + ttlMs;
    else if (needs.clock.monotonic() >= validUntil) return lost();
  }
}
