import type { Patch } from '../core/patch/patch.ts';
import type { Needs } from './needs.ts';

/** A lost wake-up delays a cancellation by this much at most. */
const LOOK_EVERY_MS = 1_000;

/**
 * Runs `work` for as long as the patch is being checked: a cancellation by anybody aborts it, so that a long check
 * does not run on for nothing.
 */
export async function whileChecking<T>(
  needs: Pick<Needs, 'ledger' | 'wakeUps' | 'clock'>,
  claim: { readonly patch: Patch; readonly signal: AbortSignal },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const unwanted = new AbortController();
  const over = new AbortController();
  const look = async () => {
    // A look that fails has seen nothing; what the patch has become is compared again before anything is written.
    const now = await needs.ledger.find(claim.patch.id).catch(() => claim.patch);
    if (now?.state.name !== 'checking') unwanted.abort();
  };
  let looking: Promise<void> = Promise.resolve();
  const unsubscribe = needs.wakeUps.subscribe('line', () => {
    looking = looking.then(look);
  });
  const watching = watch();
  try {
    return await work(AbortSignal.any([claim.signal, unwanted.signal]));
  } finally {
    over.abort();
    unsubscribe();
    await Promise.allSettled([watching, looking]);
  }

  /** Looks at once as well: the patch may have been cancelled before the subscription began. */
  async function watch(): Promise<void> {
    while (!over.signal.aborted && !unwanted.signal.aborted) {
      await look();
      await needs.clock.sleep(LOOK_EVERY_MS, over.signal);
    }
  }
}
