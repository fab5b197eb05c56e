import type { RequestListener } from 'node:http';
import { hostname } from 'node:os';
import { keepBeating } from '../app/keep-beating.ts';
import { keepRegistered } from '../app/keep-registered.ts';
import { watchVersions } from '../app/watch-versions.ts';
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
const WITHDRAWN_WITHIN_MS = 1_000;

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

/** What a process tells of itself for as long as it lives. */
export interface Presence {
  /** Leaves the list of those alive, so that nobody begins anything with it; the heartbeat goes on. */
  withdraw(): Promise<void>;
  /** Takes back all that was told. */
  end(): Promise<void>;
}

/** Tells that this process lives, and how it is. */
export function beat(
  { needs, logger, version }: Wired,
  of: {
    readonly component: string;
    readonly instance: string;
    /** Where it answers; null where it serves nobody. */
    readonly address: string | null;
    /** What the list of those alive tells of it beside that. */
    readonly details?: Json;
    readonly report: () => { readonly status: Health; readonly details: Json };
  },
): Presence {
  const { component, instance, address, details = null, report } = of;
  const over = new AbortController();
  const leaving = new AbortController();
  const who = { component, instance, pid: process.pid };
  const announcement = {
    ...{ ...who, version, host: hostname(), address },
    ...{ startedAt: needs.clock.now(), details },
  };
  const beating = keepBeating(needs, { ...who, report }, over.signal);
  const listed = keepRegistered(needs, announcement, leaving.signal);
  // Those that others call, or that call others.
  const watching = address === null ? null : watchVersions(needs, logger, over.signal);
  const withdraw = async () => {
    leaving.abort();
    // A registry that hangs keeps nobody from ending: the entry lapses.
    const waited = new AbortController();
    await Promise.race([listed, needs.clock.sleep(WITHDRAWN_WITHIN_MS, waited.signal)]);
    waited.abort();
  };
  return {
    withdraw,
    end: async () => {
      over.abort();
      await Promise.all([withdraw(), beating, watching]);
    },
  };
}
