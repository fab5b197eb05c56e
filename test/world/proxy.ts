import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/**
 * What the network does to each connection from now on. `refuses`: a connection ends at once. `silent`: bytes of both
 * ways are swallowed. `deaf`: what the client sends arrives, the answers do not, so that nobody knows what happened.
 */
export type Weather =
  | { readonly kind: 'fair' }
  | { readonly kind: 'refuses' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'deaf' }
  | { readonly kind: 'slow'; readonly delayMs: number };

/** A network of one wire, between clients and the server on `to`. */
export interface Proxy {
  readonly port: number;
  /** For connections that stand and those to come. */
  weather(now: Weather): void;
  /** Ends every connection that stands, with a reset; tells how many they were. */
  reset(): number;
  /** Resets the connection on which a client would have been brought more than so many further bytes. */
  cutAfter(bytes: number): void;
  /** How often until now it changed what would have come: connections it ended or refused, pieces it held up or swallowed. */
  harm(): number;
  close(): Promise<void>;
}

/** The client's end, and the server's. */
type Wire = readonly [Socket, Socket];

/** @param port where it listens: for servers that send their clients there, and have to be told before */
export async function startProxy(to: number, port = 0): Promise<Proxy> {
  const wires = new Set<Wire>();
  let now: Weather = { kind: 'fair' };
  let left = Number.POSITIVE_INFINITY;
  let harm = 0;

  const server = createServer((client) => {
    if (now.kind === 'refuses') {
      harm += 1;
      return client.resetAndDestroy();
    }
    const upstream = connect(to, '127.0.0.1');
    const wire: Wire = [client, upstream];
    wires.add(wire);
    client.on('data', (bytes) => arrive(() => upstream.write(bytes)));
    upstream.on('data', (bytes) => {
      if (now.kind !== 'deaf') arrive(() => answer(wire, bytes));
      else harm += 1;
    });
    for (const socket of wire) {
      socket.on('error', () => undefined);
      socket.once('close', () => {
        wires.delete(wire);
        for (const end of wire) end.destroy();
      });
    }
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('no port');

  const reset = () => {
    const standing = [...wires];
    for (const wire of standing) for (const end of wire) cut(end);
    harm += standing.length;
    return standing.length;
  };
  return {
    port: address.port,
    weather: (next) => {
      now = next;
      if (next.kind === 'refuses') reset();
    },
    reset,
    cutAfter: (bytes) => {
      left = bytes;
    },
    harm: () => harm,
    close: async () => {
      reset();
      server.close();
      await once(server, 'close');
    },
  };

  function arrive(deliver: () => void): void {
    if (now.kind === 'slow' || now.kind === 'silent') harm += 1;
    if (now.kind === 'slow') setTimeout(deliver, now.delayMs);
    else if (now.kind !== 'silent') deliver();
  }

  function answer(wire: Wire, bytes: Buffer): void {
    left -= bytes.length;
    if (left >= 0) return void wire[0].write(bytes);
    left = Number.POSITIVE_INFINITY;
    harm += 1;
    for (const end of wire) cut(end);
  }
}

/** With a reset, where it is not being ended already: libuv refuses that, and Node would keep its handle for ever. */
function cut(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
