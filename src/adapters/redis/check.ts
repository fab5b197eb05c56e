import type { Redis } from 'ioredis';
import type { Clock } from '../../platform/clock.ts';
import type { Dependency, Measured } from '../../ports/dependency.ts';
import type { RedisConnection } from './connection.ts';
import { findingsOf, type RedisFacts } from './findings.ts';
import { problemOf } from './problem.ts';

const WRITTEN_FOR_MS = 1_000;

/** What serves nobody without it still works, more slowly. */
export function redisDependency(
  connection: RedisConnection,
  { serves, clock }: { readonly serves: readonly string[]; readonly clock: Clock },
): Dependency {
  return {
    ...{ name: 'redis', serves, need: 'optional' },
    measure: () => measure(connection, clock),
  };
}

/**
 * How it answers and how it is set up. A server in the hands of others often lets nobody ask CONFIG, and some not even INFO:
 * what cannot be asked is told as such.
 * @throws GhostError store_unavailable, with what is wrong of address, TLS, user or password
 */
async function measure(connection: RedisConnection, clock: Clock): Promise<Measured> {
  const { latencyMs, clockDifferenceMs } = await connection.ask((redis) => askTime(redis, clock));
  const [info, appendfsync, writeProblem] = await Promise.all([
    unlessForbidden(() => connection.ask((redis) => redis.info())).then(fieldsOf),
    unlessForbidden(() => connection.ask((redis) => redis.call('CONFIG', 'GET', 'appendfsync'))),
    tryToWrite(connection),
  ]);
  const facts = factsOf(info, {
    ...{ writeProblem, clockDifferenceMs },
    appendfsync: (appendfsync as readonly string[] | null)?.[1] ?? null,
  });
  return {
    latencyMs,
    version: facts.version,
    details: {
      ...{ at: connection.at, role: roleOf(facts), clockDifferenceMs },
      ...{ 'maxmemory-policy': told(facts.maxmemoryPolicy), appendonly: told(facts.appendonly) },
      ...{ appendfsync: told(facts.appendfsync), usedMemory: Number(info.get('used_memory') ?? 0) },
    },
    findings: findingsOf(facts),
  };
}

/** The answer was given at some moment between question and answer: by so much less is known of how far the clocks are apart. */
async function askTime(redis: Redis, clock: Clock) {
  const [startedAt, before] = [clock.monotonic(), clock.now()];
  const [seconds = 0, microseconds = 0] = (await redis.time()).map(Number);
  const [latencyMs, after] = [clock.monotonic() - startedAt, clock.now()];
  const theirs = seconds * 1_000 + microseconds / 1_000;
  const difference = theirs > after ? theirs - after : Math.min(0, theirs - before);
  return { latencyMs: Math.round(latencyMs), clockDifferenceMs: Math.round(difference) };
}

/** By a script, as nearly all that is kept there. Null where it was taken. */
async function tryToWrite(connection: RedisConnection): Promise<string | null> {
  const key = connection.key('measured');
  const script = `return redis.call('SET', KEYS[1], '', 'PX', ARGV[1])`;
  try {
    await connection.ask((redis) => redis.eval(script, 1, key, WRITTEN_FOR_MS));
    return null;
  } catch (error) {
    return problemOf(error instanceof Error ? error.cause : error);
  }
}

type Info = ReadonlyMap<string, string>;

function fieldsOf(info: string | null): Info {
  const lines = (info ?? '').split(/\r?\n/).filter((line) => line.includes(':'));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]));
}

function factsOf(
  info: Info,
  beside: Pick<RedisFacts, 'appendfsync' | 'clockDifferenceMs' | 'writeProblem'>,
): RedisFacts {
  const field = (name: string) => info.get(name) ?? null;
  const replicaOf = `${field('master_host') ?? 'an unknown host'}:${field('master_port') ?? '?'}`;
  return {
    ...beside,
    version: field('redis_version'),
    role: info.has('role') ? (field('role') === 'master' ? 'primary' : { replicaOf }) : null,
    cluster: switchOf(field('cluster_enabled')),
    maxmemoryPolicy: field('maxmemory_policy'),
    appendonly: switchOf(field('aof_enabled')),
    diskProblem: diskProblemOf(info),
  };
}

function switchOf(value: string | null): 'on' | 'off' | null {
  return value === null ? null : value === '1' ? 'on' : 'off';
}

function diskProblemOf(info: Info): string | null {
  const failing = ['rdb_last_bgsave_status', 'aof_last_bgrewrite_status', 'aof_last_write_status']
    .map((name) => `${name}:${info.get(name) ?? 'ok'}`)
    .filter((field) => !field.endsWith(':ok'));
  return failing.length === 0 ? null : failing.join(', ');
}

function roleOf({ role }: RedisFacts): string {
  if (role === null || role === 'primary') return told(role);
  return `replica of ${role.replicaOf}`;
}

function told(value: string | null): string {
  return value ?? 'could not be asked';
}

/** Null where this user, or anybody, may not ask for it. */
async function unlessForbidden<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    const said = error instanceof Error && error.cause instanceof Error ? error.cause.message : '';
    if (/^NOPERM|unknown command|not allowed|disabled/i.test(said)) return null;
    throw error;
  }
}
