export interface GatewaySettings {
  readonly bodyLimitBytes: number;
  /** For receiving a request, and again until the first byte of its answer. */
  readonly requestTimeoutMs: number;
  /** Origins (`https://host:port`), or bare hosts: https on its own port; `localhost` is every loopback origin. */
  readonly corsOrigins: readonly string[];
  /** For each client; a limit of 0 is none. */
  readonly rateLimit: { readonly limit: number; readonly windowMs: number };
  /** Requests to `/status` within the window of `rateLimit`, counted apart. */
  readonly statusRateLimit: number;
  /** Express's own setting: whose X-Forwarded-For is believed. `false` believes nobody's. */
  readonly trustProxy: boolean | number | string;
  /** How often a silent event stream says that it is alive. */
  readonly streamHeartbeatMs: number;
  /** Streams end after this; the client resumes where it was, with a token that is checked anew. */
  readonly streamLimitMs: number;
  /** Event streams that one client may have open at the same time. */
  readonly streamsPerClient: number;
}

export const DEFAULT_SETTINGS: GatewaySettings = {
  bodyLimitBytes: 512 * 1024,
  requestTimeoutMs: 10_000,
  corsOrigins: ['localhost', 'ghost.fly.dev', 'runner.thoughtmarks.app'],
  rateLimit: { limit: 60, windowMs: 60_000 },
  statusRateLimit: 600,
  trustProxy: false,
  streamHeartbeatMs: 15_000,
  streamLimitMs: 600_000,
  streamsPerClient: 32,
};
