import assert from 'node:assert/strict';
import { openRedis, type RedisConnection } from '../../../src/adapters/redis/connection.ts';
import { GhostError } from '../../../src/core/errors.ts';
import { secret } from '../../../src/platform/secret.ts';
import { pick, seeded } from '../../conformance/random.ts';
import { eventually } from '../../world/processes.ts';
import { startProxy } from '../../world/proxy.ts';
import { startRedis } from '../../world/servers/redis.ts';

/** A lost answer costs a second, in which a command waits for it; a server that is started again costs work. */
const MOST = { deaf: 2, killed: 2 };

export interface Weather {
  readonly random: () => number;
  /** Through the network that fails. */
  connection(): RedisConnection;
  /** Before a step: a fault, or a while of fair weather, or nothing, as the seed has it. */
  turn(): Promise<void>;
  /** Fair weather from now on, and everybody is connected again. */
  calm(): Promise<void>;
  /** How many faults there were. */
  readonly faults: number;
  close(): Promise<void>;
}

/** A Redis of its own that dies, behind a network that fails, as the seed has it. It forgets nothing that it answered. */
export async function openWeather(seed: number): Promise<Weather> {
  const server = await startRedis({ appendfsync: 'always' });
  const proxy = await startProxy(server.port);
  const connections: RedisConnection[] = [];
  const random = seeded(seed);
  const left = { ...MOST };
  let faults = 0;
  const calm = async () => {
    proxy.cutAfter(Number.POSITIVE_INFINITY);
    proxy.weather({ kind: 'fair' });
    for (const one of connections)
      await eventually('it answers', async () => (await orGone(one.ask((redis) => redis.ping()))) === 'PONG');
  };
  const faultsOf: Readonly<Record<string, () => void | Promise<void>>> = {
    reset: () => void proxy.reset(),
    cut: () => proxy.cutAfter(Math.floor(random() * 60)),
    refuses: () => proxy.weather({ kind: 'refuses' }),
    deaf: () => {
      left.deaf -= 1;
      if (left.deaf >= 0) proxy.weather({ kind: 'deaf' });
    },
    killed: async () => {
      left.killed -= 1;
      if (left.killed >= 0) await server.restart();
    },
  };
  return {
    ...{ random, calm },
    get faults() {
      return faults;
    },
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
      await faultsOf[pick(['reset', 'cut', 'cut', 'cut', 'refuses', 'deaf', 'killed'], random)]?.();
    },
    async close() {
      await Promise.all(connections.map((one) => one.close()));
      await proxy.close();
      await server.close();
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
