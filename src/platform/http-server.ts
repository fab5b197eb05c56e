import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** What Node itself finds wrong with a connection, before there is a request to hand on. */
export type ClientError =
  | { readonly kind: 'timeout'; readonly limitMs: number }
  | { readonly kind: 'header-too-large' }
  | { readonly kind: 'malformed'; readonly problem: string };

export interface PlainAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface ListenOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** For receiving a whole request. */
  readonly requestTimeoutMs: number;
  /** For receiving its headers; at most `requestTimeoutMs`. */
  readonly headersTimeoutMs: number;
  /** In bytes, all headers together. */
  readonly maxHeaderSize: number;
  readonly onClientError: (error: ClientError) => PlainAnswer;
}

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  /**
   * Drains: takes no new connection, ends idle ones, lets requests finish (streams see `closingSignal`), and after
   * `graceMs` destroys what is left. Closing twice is fine.
   */
  close(graceMs: number): Promise<void>;
}

/** The address is taken; whoever wires decides how to tell it. */
export class PortInUse extends Error {
  override readonly name = 'PortInUse';
  readonly host: string;
  readonly port: number;

  constructor(host: string, port: number, cause: unknown) {
    super(`${host}:${port} is taken`, { cause });
    this.host = host;
    this.port = port;
  }
}

const CLOSING = Symbol('closing');

declare module 'node:http' {
  interface IncomingMessage {
    [CLOSING]?: AbortSignal;
  }
}

/** Aborts when the server that took this request begins to close: for answers that would otherwise never end. */
export function closingSignal(request: IncomingMessage): AbortSignal {
  return request[CLOSING] ?? new AbortController().signal;
}

/** Node's default of 30 s would let a timeout of 10 s pass for up to 40. */
const CHECK_INTERVAL_MS = 1000;
/** How long a refused client may still read its answer: destroying at once would reset the connection under it. */
const LINGER_MS = 500;

/** @throws PortInUse */
export async function listen(app: RequestListener, options: ListenOptions): Promise<RunningServer> {
  const closing = new AbortController();
  const sockets = new Set<Duplex>();
  const answering = new WeakMap<Duplex, ServerResponse>();

  const serve: RequestListener = (request, response) => {
    request[CLOSING] = closing.signal;
    answering.set(request.socket, response);
    if (closing.signal.aborted) response.setHeader('connection', 'close');
    response.once('close', () => closing.signal.aborted && setImmediate(() => server.closeIdleConnections()));
    if (request.headers.host !== undefined || request.httpVersion === '1.0') return app(request, response);
    const { status, headers, body } = options.onClientError({ kind: 'malformed', problem: 'no Host header' });
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
  };

  const server = createServer(serverOptions(options), serve);
  // An expectation that we do not know is ignored, as for every other unknown header; Node would answer a bare 417.
  server.on('checkExpectation', serve);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const told = clientErrorOf(error, options.requestTimeoutMs);
    if (told === null || !socket.writable || answering.get(socket)?.headersSent) return socket.destroy();
    refuse(socket, options.onClientError(told));
  });

  const port = await bind(server, options);
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  let closed: Promise<void> | null = null;
  return {
    url: `http://${host}:${port}`,
    port,
    close: (graceMs) => {
      closed ??= drain(server, sockets, graceMs);
      closing.abort();
      return closed;
    },
  };
}

function serverOptions({ requestTimeoutMs, headersTimeoutMs, maxHeaderSize }: ListenOptions) {
  return {
    requestTimeout: requestTimeoutMs,
    headersTimeout: headersTimeoutMs,
    maxHeaderSize,
    connectionsCheckingInterval: CHECK_INTERVAL_MS,
    // Node's own refusal of a missing Host header has no body; `serve` answers it instead.
    requireHostHeader: false,
  };
}

function bind(server: Server, { host, port }: ListenOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new PortInUse(host, port, error) : error),
    );
    server.listen(port, host, () => resolve(portOf(server.address())));
  });
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new TypeError('the server has no port');
  return address.port;
}

/** Null for a connection that is simply gone. */
function clientErrorOf(error: NodeJS.ErrnoException, limitMs: number): ClientError | null {
  const code = error.code ?? '';
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return { kind: 'timeout', limitMs };
  if (code === 'HPE_HEADER_OVERFLOW') return { kind: 'header-too-large' };
  return code.startsWith('HPE_') ? { kind: 'malformed', problem: reasonOf(error) } : null;
}

function reasonOf(error: Error): string {
  return 'reason' in error && typeof error.reason === 'string' ? error.reason : error.message;
}

function refuse(socket: Duplex, { status, headers, body }: PlainAnswer): void {
  const all = { ...headers, connection: 'close', 'content-length': `${Buffer.byteLength(body)}` };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.resume();
  socket.end(`HTTP/1.1 ${status} ${titles[status] ?? 'Error'}\r\n${lines.join('')}\r\n${body}`);
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

function drain(server: Server, sockets: ReadonlySet<Duplex>, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const end = setTimeout(() => {
      for (const socket of sockets) socket.destroy();
    }, graceMs);
    server.close(() => {
      clearTimeout(end);
      resolve();
    });
    server.closeIdleConnections();
  });
}
