import type { Needs } from '../../app/needs.ts';
import { publicStatus, readStatus } from '../../app/read-status.ts';
import type { Json } from '../../core/json.ts';
import type { Breaker } from '../../platform/breaker.ts';
import type { Logger } from '../../platform/logger.ts';
import { json } from '../answer.ts';
import { noBody } from '../body.ts';
import { requireRole } from '../middleware/authenticate.ts';
import { NOTHING } from '../middleware/validate.ts';
import { checkReadiness, type SharedCheck } from '../readiness.ts';
import { type Route, route } from '../route.ts';

export interface WatchedBreaker extends Pick<Breaker, 'name' | 'state' | 'stats'> {
  /** What went wrong last, where nothing went well since. */
  readonly problem?: string | null;
}

/** Below the period at which a load balancer usually asks. */
const READY_WITHIN_MS = 2000;

const ASKING = { method: 'get', params: NOTHING, query: NOTHING, body: noBody } as const;

/** Alive and ready: asked by machines, often, without a token. */
export function probeRoutes(
  needs: Pick<Needs, 'clock'>,
  options: { readonly logger: Logger; readonly checks: readonly SharedCheck[] },
): readonly Route[] {
  return [
    route({
      ...ASKING,
      path: '/healthz',
      act: 'read-health',
      answer: async () => json({ status: 'alive' }),
    }),
    route({
      ...ASKING,
      path: '/readyz',
      act: 'read-health',
      answer: async () => {
        const checked = await checkReadiness(options.checks, {
          clock: needs.clock,
          deadlineMs: READY_WITHIN_MS,
        });
        const failed = checked.filter(({ ready }) => !ready);
        for (const { name, problem } of failed) options.logger.warn('not ready', { check: name, problem });
        const checks = checked.map(({ problem: _, ...told }) => told);
        const ready = failed.length === 0;
        return json({ status: ready ? 'ready' : 'not ready', checks }, ready ? 200 : 503);
      },
    }),
  ];
}

/** The whole picture, computed now: component states for everybody, all of it with a token. */
export function statusRoutes(
  needs: Needs,
  options: { readonly breakers: () => readonly WatchedBreaker[]; readonly facts: (() => Json) | null },
): readonly Route[] {
  return [
    route({
      ...ASKING,
      path: '/status',
      act: 'read-health',
      answer: async ({ identity }) => {
        const status = await readStatus(needs);
        if (identity === null) return json(publicStatus(status));
        requireRole(identity, 'read-status');
        const breakers = options.breakers().map(({ name, state, stats, problem }) => ({
          ...{ name, state: state(), ...stats() },
          ...(problem === undefined ? {} : { problem }),
        }));
        return json({ ...status, breakers, ...(options.facts === null ? {} : { facts: options.facts() }) });
      },
    }),
  ];
}
