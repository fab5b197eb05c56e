import express, { type Express, type RequestHandler, type Router } from 'express';
import type { Needs } from '../app/needs.ts';
import { fail } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import type { Logger } from '../platform/logger.ts';
import { accessLog } from './middleware/access-log.ts';
import { identify, requireToken } from './middleware/authenticate.ts';
import { corsFor } from './middleware/cors.ts';
import { rateLimited } from './middleware/rate-limit.ts';
import { requestId } from './middleware/request-id.ts';
import { securityHeaders } from './middleware/security-headers.ts';
import { answerWithin } from './middleware/timeout.ts';
import { answerErrors } from './problem.ts';
import type { ReadinessCheck } from './readiness.ts';
import { mountRoutes, type Route } from './route.ts';
import { eventRoutes } from './routes/events.ts';
import { probeRoutes, statusRoutes, type WatchedBreaker } from './routes/health.ts';
import { keyRoutes } from './routes/keys.ts';
import { patchPartRoutes } from './routes/patch-parts.ts';
import { patchRoutes } from './routes/patches.ts';
import { rehearsalRoutes } from './routes/rehearsals.ts';
import { workspaceRoutes } from './routes/workspaces.ts';
import type { GatewaySettings } from './settings.ts';

export interface GatewayOptions {
  readonly needs: Needs;
  readonly logger: Logger;
  readonly settings: GatewaySettings;
  /** Other edges that share the port. They answer for their own access; a GhostError they pass on gets our envelope. */
  readonly mounts?: readonly { readonly path: string; readonly router: Router }[];
  readonly breakers?: readonly WatchedBreaker[];
  /** Beside what the adapters rest on, which is always measured. */
  readonly readiness?: readonly ReadinessCheck[];
}

export interface RunnerOptions extends Omit<GatewayOptions, 'mounts'> {
  /** What only this runner knows, for `/status` with a token. */
  readonly facts: () => Json;
}

/** The public API: takes patches in, shows what becomes of them, executes nothing. */
export function gatewayApp(options: GatewayOptions): Express {
  const { needs, settings } = options;
  const routes = [
    ...keyRoutes(needs),
    ...patchRoutes(needs),
    ...patchPartRoutes(needs),
    ...rehearsalRoutes(needs),
    ...eventRoutes(needs, settings),
    ...workspaceRoutes(needs),
  ];
  return assemble(options, { routes, facts: null, mounts: options.mounts ?? [] });
}

/** A runner's own port: its health, and nothing that changes anything. */
export function runnerApp(options: RunnerOptions): Express {
  return assemble(options, { routes: [], facts: options.facts, mounts: [] });
}

interface Parts {
  readonly routes: readonly Route[];
  readonly facts: (() => Json) | null;
  readonly mounts: readonly { readonly path: string; readonly router: Router }[];
}

/**
 * The order matters. Probes come before everything that can fail or refuse; callers are known before they are counted,
 * and counted before they are refused; errors are answered last.
 */
function assemble(options: GatewayOptions, { routes, facts, mounts }: Parts): Express {
  const { needs, logger, settings, breakers = [] } = options;
  const { limit, windowMs } = settings.rateLimit;
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
  app.use('/status', rateLimited({ name: 'status', limit: settings.statusRateLimit, windowMs }));
  mountRoutes(app, statusRoutes(needs, { breakers, facts }), settings.bodyLimitBytes);
  app.use(rateLimited({ name: 'requests', limit, windowMs }));
  app.use('/api', requireToken());
  mountRoutes(app, routes, settings.bodyLimitBytes);
  for (const { path, router } of mounts) app.use(path, router);

  app.use(unknownRoute());
  app.use(answerErrors(settings, now));
  return app;
}

function readinessOf({ needs, readiness = [] }: GatewayOptions): readonly ReadinessCheck[] {
  const measured = needs.dependencies.map(({ name, measure }) => ({ name, check: () => measure() }));
  return [...measured, ...readiness];
}

function unknownRoute(): RequestHandler {
  return (request) => {
    throw fail('route_unknown', { method: request.method, path: request.path });
  };
}
