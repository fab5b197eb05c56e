import express, { type Express, type RequestHandler } from 'express';
import { authenticateCall } from '../app/call-token.ts';
import type { Needs } from '../app/needs.ts';
import { sharedMeasurement } from '../app/shared-measurement.ts';
import { fail } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import type { Logger } from '../platform/logger.ts';
import type { RateCounters } from '../ports/rate-counters.ts';
import { accessLog } from './middleware/access-log.ts';
import { identify, identifyBy, requireToken, unlessKnown } from './middleware/authenticate.ts';
import { corsFor } from './middleware/cors.ts';
import { rateLimited } from './middleware/rate-limit.ts';
import { requestId } from './middleware/request-id.ts';
import { securityHeaders } from './middleware/security-headers.ts';
import { answerWithin } from './middleware/timeout.ts';
import { answerErrors } from './problem.ts';
import type { ReadinessCheck, SharedCheck } from './readiness.ts';
import { mountRoutes, type Route } from './route.ts';
import { approvalRoutes } from './routes/approvals.ts';
import { eventRoutes } from './routes/events.ts';
import { probeRoutes, statusRoutes, type WatchedBreaker } from './routes/health.ts';
import { keyRoutes } from './routes/keys.ts';
import { logRoutes } from './routes/logs.ts';
import { patchPartRoutes } from './routes/patch-parts.ts';
import { patchRoutes } from './routes/patches.ts';
import { phaseRoutes } from './routes/phases.ts';
import { type Rehearse, rehearsalRoutes } from './routes/rehearsals.ts';
import { type CalledRunner, refuseWhileStopping, runnerCallRoutes } from './routes/runner-calls.ts';
import { webhookRoutes } from './routes/webhooks.ts';
import { workspaceRoutes } from './routes/workspaces.ts';
import type { GatewaySettings } from './settings.ts';
import { Streams } from './streams.ts';

/** Base64 takes four bytes for three, and what stands around it some more. */
const CALL_GROWTH = 1.5;

export interface GatewayOptions {
  /** Its counters do not throw: they are guarded. */
  readonly needs: Needs;
  readonly logger: Logger;
  readonly settings: GatewaySettings;
  /** Other edges that share the port. They answer for their own access; a GhostError they pass on gets our envelope. */
  readonly mounts?: readonly { readonly path: string; readonly router: RequestHandler }[];
  /** Asked each time: those for runners come and go. */
  readonly breakers?: () => readonly WatchedBreaker[];
  /** Beside what the adapters rest on, which is always measured. */
  readonly readiness?: readonly ReadinessCheck[];
  /** Who rehearses; this process when left out. */
  readonly rehearse?: Rehearse;
}

export interface RunnerOptions extends Omit<GatewayOptions, 'mounts' | 'rehearse'> {
  /** What only this runner knows, for `/status` with a token. */
  readonly facts: () => Json;
  readonly called: CalledRunner;
}

/** The public API: takes patches in, shows what becomes of them, executes nothing. */
export function gatewayApp(options: GatewayOptions): Express {
  const { needs, settings } = options;
  const streams = new Streams(settings);
  const routes = [
    ...keyRoutes(needs),
    ...patchRoutes(needs),
    ...approvalRoutes(needs),
    ...patchPartRoutes(needs),
    ...rehearsalRoutes(needs, options.rehearse),
    ...eventRoutes(needs, streams),
    ...logRoutes(needs, streams),
    ...workspaceRoutes(needs),
    ...webhookRoutes(needs),
    ...phaseRoutes(needs),
  ];
  const { counters } = needs;
  return assemble(options, { routes, facts: null, called: null, counters, mounts: options.mounts ?? [] });
}

/** A runner's own port: its health, and what gateways ask of it; nothing that changes anything. */
export function runnerApp(options: RunnerOptions): Express {
  const { facts, called } = options;
  return assemble(options, { routes: [], facts, called, counters: null, mounts: [] });
}

interface Parts {
  readonly routes: readonly Route[];
  readonly facts: (() => Json) | null;
  readonly called: CalledRunner | null;
  /** Where gateways count their clients together. A runner has few, and counts them itself. */
  readonly counters: RateCounters | null;
  readonly mounts: readonly { readonly path: string; readonly router: RequestHandler }[];
}

/**
 * The order matters. Probes come before everything that can fail or refuse; callers are known before they are counted,
 * and counted before they are refused; errors are answered last.
 */
function assemble(options: GatewayOptions, { routes, facts, called, counters, mounts }: Parts): Express {
  const { needs, logger, settings, breakers = () => [] } = options;
  const { limit, windowMs } = settings.rateLimit;
  const budget = { windowMs, counters, clock: needs.clock };
  const now = () => needs.clock.now();
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', settings.trustProxy);

  app.use(requestId({ logger, newId: () => `r_${needs.newUlid(now())}` }));
  app.use(accessLog(needs.clock), securityHeaders(), corsFor(settings.corsOrigins));
  app.use(answerWithin(settings.requestTimeoutMs, now));
  mountRoutes(app, probeRoutes(needs, { logger, checks: readinessOf(options) }), settings.bodyLimitBytes);

  app.use(identify(needs));
  app.use('/status', rateLimited({ name: 'status', limit: settings.statusRateLimit, ...budget }));
  mountRoutes(app, statusRoutes(needs, { breakers, facts }), settings.bodyLimitBytes);
  const counted = rateLimited({ name: 'requests', limit, ...budget });
  if (called !== null) mountCalls(app, options, { called, counted });
  app.use(counted);
  app.use('/api', requireToken());
  mountRoutes(app, routes, settings.bodyLimitBytes);
  for (const { path, router } of mounts) app.use(path, router);

  app.use(unknownRoute());
  app.use(answerErrors(settings, now));
  return app;
}

/** A gateway calls for all of its clients, and has counted them. Who is none is counted here, so that guessing is. */
function mountCalls(
  app: Express,
  { needs, settings }: GatewayOptions,
  { called, counted }: { readonly called: CalledRunner; readonly counted: RequestHandler },
): void {
  const identityOf = (bearer: string) => authenticateCall(needs, bearer, called.instance);
  app.use('/calls', refuseWhileStopping(called));
  app.use('/calls', identifyBy(identityOf), unlessKnown(counted), requireToken());
  mountRoutes(app, runnerCallRoutes(needs, called), settings.bodyLimitBytes * CALL_GROWTH);
}

function readinessOf({ needs, readiness = [] }: GatewayOptions): readonly SharedCheck[] {
  // What may be lost is no reason to send clients elsewhere: every other instance has lost it too.
  const required = needs.dependencies.filter(({ need }) => need === 'required');
  return [
    ...required.map((each) => ({ name: each.name, begin: () => sharedMeasurement(needs, each) })),
    ...readiness.map(({ name, check }) => {
      return { name, begin: () => ({ ageMs: 0, outcome: (async () => check())() }) };
    }),
  ];
}

function unknownRoute(): RequestHandler {
  return (request) => {
    throw fail('route_unknown', { method: request.method, path: request.path });
  };
}
