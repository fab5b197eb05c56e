import { randomUUID } from 'node:crypto';
import type { TestContext } from 'node:test';
import type { Express } from 'express';
import { type GatewayOptions, gatewayApp } from '../../src/gateway/app.ts';
import { clientErrorAnswer } from '../../src/gateway/problem.ts';
import { DEFAULT_SETTINGS, type GatewaySettings } from '../../src/gateway/settings.ts';
import { listen } from '../../src/platform/http-server.ts';
import type { LogFields, Logger } from '../../src/platform/logger.ts';
import { openWorld, type World } from '../world/needs.ts';

export interface Served {
  readonly url: string;
  readonly port: number;
  readonly world: World;
  readonly log: readonly LogLine[];
  /** Sends a request; `as` is a bearer token. */
  call(method: string, path: string, sent?: Sent): Promise<Got>;
  close(graceMs: number): Promise<void>;
}

interface Sent {
  readonly as?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

interface Got {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed where it is JSON, else the text. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into what came back
  readonly body: any;
}

export interface LogLine extends LogFields {
  readonly level: string;
  readonly message: string;
}

interface Serving extends Partial<Omit<GatewayOptions, 'settings' | 'needs'>> {
  readonly settings?: Partial<GatewaySettings>;
  readonly world?: World;
  readonly app?: (options: GatewayOptions) => Express;
}

/** A gateway on a free port of its own, gone when the test is over. */
export async function serve(t: TestContext, serving: Serving = {}): Promise<Served> {
  const { app = gatewayApp, world = await openWorld(), settings: changed, ...rest } = serving;
  const settings = { ...DEFAULT_SETTINGS, ...changed };
  const log: LogLine[] = [];
  const server = await listen(app({ needs: world.needs, logger: keepingLogger(log), ...rest, settings }), {
    host: '127.0.0.1',
    port: 0,
    requestTimeoutMs: settings.requestTimeoutMs,
    headersTimeoutMs: settings.requestTimeoutMs,
    maxHeaderSize: 16_384,
    onClientError: clientErrorAnswer(() => world.needs.clock.now()),
  });
  t.after(async () => {
    await server.close(0);
    await world.close();
  });
  const { url, port, close } = server;
  return { url, port, world, log, close, call: (method, path, sent) => call(url + path, method, sent) };
}

async function call(url: string, method: string, { as, headers, json, body }: Sent = {}): Promise<Got> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(as === undefined ? {} : { authorization: `Bearer ${as}` }),
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '') && text !== '';
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/** Keeps the lines, so that a test can look for what must or must not be in them. */
export function keepingLogger(lines: LogLine[], base: LogFields = {}): Logger {
  const at = (level: string) => (message: string, fields?: LogFields) =>
    void lines.push({ ...base, ...fields, level, message });
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => keepingLogger(lines, { ...base, ...fields }),
    close: async () => undefined,
  };
}

/** A text that is in no other test's data, to be looked for where it must not be. */
export function marker(): string {
  return `marker${randomUUID().replaceAll('-', '')}`;
}
