import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import type { TestContext } from 'node:test';

/** Takes connections and never says a word. */
export async function hangingPort(t: TestContext): Promise<number> {
  return portOf(
    t,
    createServer((socket) => t.after(() => socket.destroy())),
  );
}

/** Nobody listens there any more. */
export async function closedPort(t: TestContext): Promise<number> {
  const server = createServer();
  const port = await portOf(t, server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function portOf(t: TestContext, server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('no port');
  return address.port;
}
