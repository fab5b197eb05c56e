import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Fault } from './fault.js';

const RETRY_MS = 250;
const PATIENCE_MS = 15 * 60_000;

/**
 * Runs `body` while no other process on this machine runs one for the same folder; waits for its turn.
 * The right is a name in Linux's abstract socket space, which the kernel frees when its holder dies, so a
 * killed start leaves nothing stale behind. Elsewhere bodies are not serialised.
 */
export async function takeTurn(folder, body) {
  if (process.platform !== 'linux') return body();
  const name = `\0ghost-turn-${createHash('sha256').update(folder).digest('hex')}`;
  const server = await waitFor(name, folder);
  try {
    return await body();
  } finally {
    server.close();
  }
}

async function waitFor(name, folder) {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const server = await bind(name);
    if (server) return server;
    await delay(RETRY_MS);
  }
  throw new Fault({
    what: 'another start keeps installing packages',
    where: folder,
    got: `no end after ${PATIENCE_MS / 60_000} minutes`,
    expected: 'one installation at a time, each a minute or two long',
    next: 'look for a hanging `npm ci` of this folder and stop it',
  });
}

function bind(path) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)));
    server.listen({ path }, () => resolve(server));
  });
}
