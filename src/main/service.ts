import type { RequestListener } from 'node:http';
import { hostname } from 'node:os';
import { keepBeating } from '../app/keep-beating.ts';
import { keepRegistered } from '../app/keep-registered.ts';
import { fail } from '../core/errors.ts';
import type { Health } from '../core/health/heartbeat.ts';
import type { Json } from '../core/json.ts';
import { clientErrorAnswer } from '../gateway/problem.ts';
import { DEFAULT_SETTINGS, type GatewaySettings } from '../gateway/settings.ts';
import { listen, PortInUse, type RunningServer } from '../platform/http-server.ts';
import type { Config, Endpoint } from './config.ts';
import type { Wired } from './wire.ts';

/** Time for requests that are under way when a service stops. */
export const HTTP_GRACE_MS = 3_000;
const MAX_HEADER_BYTES = 16 * 1024;
const WINDOW_MS = 60_000;

export function httpSettings(config: Config): GatewaySettings {
  return {
    ...DEFAULT_SETTINGS,
    corsOrigins: config.corsOrigins,
    rateLimit: { limit: config.rateLimit, windowMs: WINDOW_MS },
  };
}

/** @throws GhostError port_in_use */
export async function serve(
  app: RequestListener,
  at: { readonly endpoint: Endpoint; readonly what: string; readonly now: () => number },
): Promise<RunningServer> {
  const { host, port } = at.endpoint;
  const requestTimeoutMs = DEFAULT_SETTINGS.requestTimeoutMs;
  try {
    return await listen(app, {
      host,
      port,
      requestTimeoutMs,
      headersTimeoutMs: requestTimeoutMs,
      maxHeaderSize: MAX_HEADER_BYTES,
      onClientError: clientErrorAnswer(at.now),
    });
  } catch (error) {
    if (error instanceof PortInUse)
      throw fail('port_in_use', { port, host, what: at.what }, { cause: error });
    throw error;
  }
}

/** Tells that this process lives, and how it is; the answer ends that and takes back what was told. */
export function beat(
  { needs, version }: Wired,
  of: {
    readonly component: string;
    readonly instance: string;
    /** Where it answers; null where it serves nobody. */
    readonly address: string | null;
    readonly report: () => { readonly status: Health; readonly details: Json };
  },
): () => Promise<void> {
  const { component, instance, address, report } = of;
  const over = new AbortController();
  const who = { component, instance, pid: process.pid };
  const announcement = {
    ...{ ...who, version, host: hostname(), address },
    ...{ startedAt: needs.clock.now(), details: null },
  };
  const telling = [
    keepBeating(needs, { ...who, report }, over.signal),
    keepRegistered(needs, announcement, over.signal),
  ];
  return async () => {
    over.abort();
    await Promise.all(telling);
  };
}
