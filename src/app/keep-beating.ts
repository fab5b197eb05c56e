import type { Health } from '../core/health/heartbeat.ts';
import type { Json } from '../core/json.ts';
import type { Needs } from './needs.ts';

/** Three beats may be missed before a component is unknown. */
const BEAT_EVERY_MS = 2_000;
const STALE_AFTER_MS = 8_000;

export interface Beating {
  readonly component: string;
  readonly instance: string;
  readonly pid: number;
  /** Asked at every beat. */
  readonly report: () => { readonly status: Health; readonly details: Json };
}

/** Says every two seconds how a component is, until `signal` aborts; then takes its file away. */
export async function keepBeating(
  needs: Pick<Needs, 'heartbeats' | 'clock'>,
  beating: Beating,
  signal: AbortSignal,
): Promise<void> {
  const { component, instance, pid } = beating;
  const startedAt = new Date(needs.clock.now()).toISOString();
  for (let sequence = 1; !signal.aborted; sequence += 1) {
    const at = new Date(needs.clock.now()).toISOString();
    // A beat that cannot be written (a full disk) is a beat missed: its readers will say so.
    await needs.heartbeats
      .beat({
        component,
        instance,
        pid,
        startedAt,
        at,
        sequence,
        staleAfterMs: STALE_AFTER_MS,
        ...beating.report(),
      })
      .catch(() => undefined);
    await needs.clock.sleep(BEAT_EVERY_MS, signal);
  }
  await needs.heartbeats.retire(component, instance);
}
