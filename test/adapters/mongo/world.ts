import { randomUUID } from 'node:crypto';
import { after } from 'node:test';
import { type MongoOptions, openMongoLedger } from '../../../src/adapters/mongo/open.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { MONGO_MISSING, startMongo } from '../../world/servers/mongo.ts';
import type { TestServer } from '../../world/servers/server.ts';

export const INSTALLATION = '11111111-2222-4333-8444-555555555555';

/** For `skip`: false where there is a server to test against. */
export const MISSING = process.env.GHOST_TEST_MONGODB_URL === undefined && MONGO_MISSING;

/** One server for a file of tests: the one at GHOST_TEST_MONGODB_URL, or one that is started for it. */
export function mongoWorld() {
  const given = process.env.GHOST_TEST_MONGODB_URL;
  let started: Promise<TestServer> | null = null;
  after(async () => (await started)?.close());

  async function server(): Promise<TestServer> {
    started ??= startMongo();
    return started;
  }

  return {
    server,
    /** The URL of a database that nobody else uses, on the server or on what stands before it at `port`. */
    async database(port?: number): Promise<{ readonly url: string; readonly name: string }> {
      const name = `ghost-test-${randomUUID().slice(0, 8)}`;
      const url = new URL(given ?? (await server()).url);
      if (port !== undefined) url.port = `${port}`;
      url.pathname = `/${name}`;
      return { url: url.href, name };
    },
    open: (options: Partial<MongoOptions> & Pick<MongoOptions, 'url'>) =>
      openMongoLedger({ clock: systemClock, installation: INSTALLATION, leaseTime: 'clock', ...options }),
  };
}
