import { lasts } from '../../core/expiry.ts';
import type { Announcement, InstanceName, Registered, Registry } from '../../ports/registry.ts';
import type { RedisConnection } from './connection.ts';
import { SERVER_TIME } from './server-time.ts';

/** A row is `at ttl announcement`; whether it counts is as `lasts` has it (core/expiry.ts). */
const ALIVE = `${SERVER_TIME}
local function said(row)
  local at, ttl, words = string.match(row or '', '^(%d+) (%d+) (.*)$')
  if at and math.abs(now - tonumber(at)) < tonumber(ttl) then return words end
end
local function hear(field, ttl, words)
  redis.call('HSET', KEYS[1], field, string.format('%.0f %s ', now, ttl) .. words)
  if redis.call('PTTL', KEYS[1]) < tonumber(ttl) then redis.call('PEXPIRE', KEYS[1], ttl) end
end`;

const ANNOUNCE = `${ALIVE}
local rows = redis.call('HGETALL', KEYS[1])
for i = 1, #rows, 2 do
  if not said(rows[i + 1]) then redis.call('HDEL', KEYS[1], rows[i]) end
end
hear(ARGV[1], ARGV[2], ARGV[3])`;

const REFRESH = `${ALIVE}
local words = said(redis.call('HGET', KEYS[1], ARGV[1]))
if not words then return 0 end
hear(ARGV[1], ARGV[2], words)
return 1`;

const LIST = `${SERVER_TIME}
return {now, redis.call('HGETALL', KEYS[1])}`;

/** One hash with a row for each process: there are tens of them, and a list of all is what is asked for. */
export function redisRegistry(connection: RedisConnection): Registry {
  const key = connection.key('registry');
  const run = (script: string, ...words: readonly string[]) =>
    connection.ask((redis) => redis.eval(script, 1, key, ...words));
  return {
    async announce(announcement, ttlMs) {
      await run(ANNOUNCE, fieldOf(announcement), whole(ttlMs), JSON.stringify(announcement));
    },
    refresh: async (who, ttlMs) => (await run(REFRESH, fieldOf(who), whole(ttlMs))) === 1,
    async withdraw(who) {
      await connection.ask((redis) => redis.hdel(key, fieldOf(who)));
    },
    async list(component) {
      const [now, rows] = (await run(LIST)) as readonly [number, readonly string[]];
      return rows
        .flatMap((row, n) => (n % 2 === 1 ? registered(row, now) : []))
        .filter((one) => component === null || one.component === component)
        .toSorted((one, other) => (fieldOf(one) < fieldOf(other) ? -1 : 1));
    },
  };
}

/** None for one that is gone, or that nobody of ours wrote. */
function registered(row: string, now: number): readonly Registered[] {
  const [, at = '', ttlMs = '', words = ''] = /^(\d+) (\d+) (.*)$/s.exec(row) ?? [];
  if (!lasts(Number(at), Number(ttlMs), now)) return [];
  const announcement = announcementIn(words);
  if (announcement === null) return [];
  return [{ ...announcement, at: Number(at), expiresAt: Number(at) + Number(ttlMs) }];
}

function announcementIn(words: string): Announcement | null {
  try {
    const said: Announcement | null = JSON.parse(words);
    return typeof said?.component === 'string' && typeof said.instance === 'string' ? said : null;
  } catch {
    return null;
  }
}

/** Sorts as component and instance do. */
function fieldOf({ component, instance }: InstanceName): string {
  return `${component}\0${instance}`;
}

function whole(ms: number): string {
  return `${Math.max(1, Math.ceil(ms))}`;
}
