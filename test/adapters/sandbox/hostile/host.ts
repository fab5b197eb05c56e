import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Limits } from '../../../../src/adapters/sandbox/limits.ts';
import { sandboxOwner } from '../../../../src/adapters/sandbox/sandbox.ts';

/** What stands around a command that it must not reach, and what tells whether it did. */
export interface Host {
  /** Of the process that runs it. */
  readonly pid: number;
  readonly home: string;
  readonly scratch: string;
  /** Readable by its owner alone. */
  readonly secret: string;
  /** Readable by all, writable by its owner alone. */
  readonly canary: string;
  readonly readable: string;
  readonly otherCopy: string;
  readonly tcpPort: number;
  readonly udpPort: number;
  readonly abstractName: string;
  readonly socketPath: string;
  readonly limits: Limits;
}

export interface OpenHost {
  readonly host: Host;
  /** What has reached it since it was last asked. */
  reached(): readonly string[];
  /** A private copy of its own for a command. */
  copy(name: string): string;
  close(): Promise<void>;
}

const CANARY = 'sings\n';

export async function openHost(limits: Limits): Promise<OpenHost> {
  const home = mkdtempSync(join(tmpdir(), 'ghost-hostile-'));
  // As the folder of checkouts: others may pass through it, and not look into it.
  chmodSync(home, 0o711);
  const place = (name: string) => join(home, name);
  writeFileSync(place('secret'), 'do-not-show', { mode: 0o600 });
  writeFileSync(place('canary'), CANARY, { mode: 0o644 });
  const copy = (name: string) => {
    mkdirSync(place(name));
    const owner = sandboxOwner();
    if (owner) chownSync(place(name), owner.uid, owner.gid);
    return place(name);
  };
  const visits: string[] = [];
  const abstractName = `ghost-hostile-${process.pid}`;
  const servers = [
    await listen({ port: 0, host: '127.0.0.1' }, () => visits.push('TCP')),
    await listen({ path: `\0${abstractName}` }, () => visits.push('an abstract socket')),
    await listen({ path: place('socket') }, () => visits.push('a socket')),
  ] as const;
  chmodSync(place('socket'), 0o666);
  const udp = createSocket('udp4', () => visits.push('UDP')).bind(0, '127.0.0.1');
  await once(udp, 'listening');
  const host: Host = {
    ...{
      pid: process.pid,
      home,
      scratch: place('scratch'),
      secret: place('secret'),
      canary: place('canary'),
    },
    ...{ readable: place('canary'), otherCopy: copy('other'), tcpPort: portOf(servers[0]), limits },
    ...{ udpPort: udp.address().port, abstractName, socketPath: place('socket') },
  };
  const reached = () => {
    const found = visits.splice(0);
    if (readFileSync(host.canary, 'utf8') !== CANARY) found.push('the canary');
    const inOther = readdirSync(host.otherCopy);
    for (const name of inOther) rmSync(join(host.otherCopy, name));
    return [...found, ...inOther.map((name) => `${name} in another copy`)];
  };
  const close = async () => {
    for (const server of servers) server.close();
    udp.close();
    rmSync(home, { recursive: true, force: true });
  };
  return { host, reached, copy, close };
}

async function listen(
  at: { readonly port: number; readonly host: string } | { readonly path: string },
  onVisit: () => void,
): Promise<Server> {
  const server = createServer((socket) => {
    onVisit();
    socket.on('error', () => undefined).end();
  }).listen(at);
  await once(server, 'listening');
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}
