import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { Redis } from 'ioredis';
import { redisAdmission } from '../../../src/adapters/redis/admission.ts';
import { openRedis } from '../../../src/adapters/redis/connection.ts';
import { GhostError } from '../../../src/core/errors.ts';
import { secret } from '../../../src/platform/secret.ts';
import type { Entrance } from '../../../src/ports/admission.ts';
import { pick, seeded } from '../../conformance/random.ts';
import { eventually } from '../../world/processes.ts';
import { startProxy } from '../../world/proxy.ts';
import { REDIS_MISSING, startRedis } from '../../world/servers/redis.ts';

const SEED = 20_265;
const ROUNDS = 60;
const KEY = 'ghost:here:admission:main';
const TTL_MS = 600_000;

it(`admission behind networks that fail lets in one at a time, and says so only of who is in (seed ${SEED})`, {
  skip: REDIS_MISSING,
  timeout: 120_000,
}, async (t) => {
  const random = seeded(SEED);
  const server = await startRedis();
  t.after(() => server.close());
  const redis = new Redis(server.url).on('error', () => undefined);
  t.after(() => redis.disconnect());
  const clients = await Promise.all(['one', 'two', 'three'].map((owner) => aClient(t, server.port, owner)));
  const counts = { faults: 0, admitted: 0, busy: 0, unknown: 0 };

  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const client of clients) counts.faults += await client.weather(random);
    if (round % 20 === 0) {
      counts.faults += 1;
      await server.restart();
      await eventually('the server to be back', () => redis.ping().catch(() => false));
    }
    const told = await Promise.all(clients.map((client) => client.enter()));
    const inside = await redis.get(KEY);
    const admitted = told.flatMap((entrance) =>
      entrance?.kind === 'admitted' ? [entrance.admitted.owner] : [],
    );
    const busy = told.flatMap((entrance) => (entrance?.kind === 'busy' ? [entrance.by.owner] : []));
    assert.ok(admitted.length <= 1, `round ${round}: ${admitted}`);
    assert.ok(
      [...admitted, ...busy].every((owner) => owner === inside),
      `round ${round}: ${JSON.stringify({ told, inside })}`,
    );
    counts.admitted += admitted.length;
    counts.busy += busy.length;
    counts.unknown += told.length - admitted.length - busy.length;
    const leaver = pick(clients, random);
    if (await leaver.leave()) assert.notEqual(await redis.get(KEY), leaver.owner);
  }
  t.diagnostic(JSON.stringify(counts));
  assert.ok(Math.min(counts.faults, counts.admitted, counts.busy, counts.unknown) > 10);
});

/** A runner with a network of its own. What it asks has an answer, or nobody knows. */
async function aClient(t: TestContext, port: number, owner: string) {
  const proxy = await startProxy(port);
  const connection = openRedis({
    url: secret(`redis://127.0.0.1:${proxy.port}`),
    installation: 'here',
    name: owner,
  });
  t.after(async () => {
    await connection.close();
    await proxy.close();
  });
  const admission = redisAdmission(connection);
  const who = { name: 'main', owner };
  const faults = [
    () => proxy.reset(),
    () => proxy.cutAfter(8),
    () => proxy.weather({ kind: 'refuses' }),
    () => proxy.weather({ kind: 'slow', delayMs: 15 }),
    () => proxy.weather({ kind: pick(['silent', 'deaf'] as const, () => 0.5) }),
  ];
  return {
    owner,
    /** Tells how many faults that were. */
    weather: async (random: () => number): Promise<number> => {
      proxy.weather({ kind: 'fair' });
      await eventually('the connection to be back', () =>
        connection.ask((redis) => redis.ping()).catch(() => false),
      );
      const n = Math.floor(random() * 12);
      // What says nothing costs a second each time: it comes seldom.
      const fault = n === 4 && random() > 0.2 ? faults[0] : faults[n];
      fault?.();
      return fault === undefined ? 0 : 1;
    },
    enter: (): Promise<Entrance | null> => admission.enter(who, TTL_MS).catch(unlessUnknown),
    leave: (): Promise<boolean> =>
      admission.leave(who).then(
        () => true,
        (error: unknown) => unlessUnknown(error) !== null,
      ),
  };
}

function unlessUnknown(error: unknown): null {
  if (error instanceof GhostError && error.code === 'store_unavailable') return null;
  throw error;
}
