import type { RequestListener } from 'node:http';
import { keepBeating } from '../app/keep-beating.ts';
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

/** Starts the heartbeat of this process; the answer stops it and takes its file away. */
export function beat(
  wired: Wired,
  of: {
    readonly component: string;
    readonly instance: string;
    readonly report: () => { readonly status: Health; readonly details: Json };
  },
): () => Promise<void> {
  const over = new AbortController();
  const beating = keepBeating(wired.needs, { ...of, pid: process.pid }, over.signal);
  return () => {
    over.abort();
    return beating;
  };
}
