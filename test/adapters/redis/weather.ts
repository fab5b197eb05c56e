import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { openRedis, type RedisConnection } from '../../../src/adapters/redis/connection.ts';
import { GhostError } from '../../../src/core/errors.ts';
import { secret } from '../../../src/platform/secret.ts';
import { pick, seeded } from '../../conformance/random.ts';
import { eventually } from '../../world/processes.ts';
import { startProxy } from '../../world/proxy.ts';
import { startRedis } from '../../world/servers/redis.ts';
import type { TestServer } from '../../world/servers/server.ts';

/** Each of these costs a second, in which a command waits for its answer. */
const MOST_SILENCES = 2;

export interface Weather {
  readonly server: TestServer;
  readonly random: () => number;
  /** Through the network that fails. */
  connection(): RedisConnection;
  /** Before a step: a fault, or a while of fair weather, or nothing, as the seed has it. */
  turn(): Promise<void>;
  /** Fair weather from now on, and everybody is connected again. */
  calm(): Promise<void>;
}

export async function behindWeather(t: TestContext, seed: number): Promise<Weather> {
  const server = await startRedis();
  const proxy = await startProxy(server.port);
  const connections: RedisConnection[] = [];
  const random = seeded(seed);
  let [faults, silences] = [0, 0];
  t.after(async () => {
    t.diagnostic(`seed ${seed}: ${faults} faults`);
    await Promise.all(connections.map((one) => one.close()));
    await proxy.close();
    await server.close();
  });

  const calm = async () => {
    proxy.cutAfter(Number.POSITIVE_INFINITY);
    proxy.weather({ kind: 'fair' });
    for (const one of connections)
      await eventually('it answers', async () => (await orGone(one.ask((redis) => redis.ping()))) === 'PONG');
  };
  const faultsOf: Readonly<Record<string, () => void>> = {
    reset: () => void proxy.reset(),
    cut: () => proxy.cutAfter(Math.floor(random() * 60)),
    refuses: () => proxy.weather({ kind: 'refuses' }),
    deaf: () => {
      silences += 1;
      if (silences <= MOST_SILENCES) proxy.weather({ kind: 'deaf' });
    },
  };
  return {
    ...{ server, random, calm },
    connection() {
      const url = secret(`redis://127.0.0.1:${proxy.port}`);
      const opened = openRedis({ url, installation: 'here', name: 'test' });
      connections.push(opened);
      return opened;
    },
    async turn() {
      const isGone = connections.some(({ status }) => status.kind === 'gone');
      if (random() > 0.25) return;
      if (isGone) return calm();
      faults += 1;
      faultsOf[pick(['reset', 'cut', 'cut', 'cut', 'refuses', 'deaf'], random)]?.();
    },
  };
}

/** The answer, or that the store says that it is gone. Anything else that is thrown is a broken promise. */
export async function orGone<T>(call: Promise<T>): Promise<T | 'gone'> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof GhostError && error.code === 'store_unavailable') return 'gone';
    throw error;
  }
}

/** What is there as far as anybody can know, where the fate of some acts is unknown. */
export class Known {
  readonly #states = new Map<string, 'there' | 'away' | 'unknown'>();

  get names(): readonly string[] {
    return [...this.#states.keys()];
  }

  /** After an act that left it so, or whose fate nobody knows. */
  acted(name: string, left: 'there' | 'away', answer: unknown): void {
    this.#states.set(name, answer === 'gone' ? 'unknown' : left);
  }

  /** What was found agrees with it. */
  check(name: string, isThere: boolean): void {
    const state = this.#states.get(name) ?? 'away';
    if (state !== 'unknown') assert.equal(isThere ? 'there' : 'away', state, name);
  }
}
