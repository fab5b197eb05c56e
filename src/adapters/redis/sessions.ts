import { sha256 } from '../../core/digest.ts';
import { ROLES } from '../../core/role.ts';
import { randomId } from '../../platform/ids.ts';
import type { Sessions } from '../../ports/sessions.ts';
import type { RedisConnection } from './connection.ts';
import { SERVER_TIME } from './server-time.ts';

/** As `seenAgain` has it (core/session.ts): when it ends, and how long it may be unused; nothing where it is over. */
const SEEN = `${SERVER_TIME}
local function seen(key)
  local kept = redis.call('HMGET', key, 'seenAt', 'idleMs', 'endsAt')
  local seenAt, idle, ends = tonumber(kept[1] or nil), tonumber(kept[2] or nil), tonumber(kept[3] or nil)
  if not (seenAt and idle and ends) then return nil end
  ends = ends - math.max(0, seenAt - now)
  if math.abs(now - seenAt) >= idle or now >= ends then return nil end
  return ends, idle
end`;

/** The list of a subject holds what may be over: each entry goes when its session could not last any longer. */
const CREATE = `${SERVER_TIME}
local idle, most = tonumber(ARGV[4]), tonumber(ARGV[5])
redis.call('HSET', KEYS[1], 'subject', ARGV[2], 'role', ARGV[3], 'createdAt', now,
  'seenAt', now, 'idleMs', idle, 'endsAt', now + most)
redis.call('PEXPIRE', KEYS[1], math.min(idle, most))
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
redis.call('ZADD', KEYS[2], now + most, ARGV[1])
if redis.call('PTTL', KEYS[2]) < most then redis.call('PEXPIRE', KEYS[2], most) end
return now`;

const FIND = `${SEEN}
local ends, idle = seen(KEYS[1])
if not ends then
  redis.call('DEL', KEYS[1])
  return false
end
redis.call('HSET', KEYS[1], 'seenAt', now, 'endsAt', ends)
redis.call('PEXPIRE', KEYS[1], math.min(idle, ends - now))
local whose = redis.call('HMGET', KEYS[1], 'subject', 'role', 'createdAt')
return {whose[1], whose[2], whose[3], math.min(now + idle, ends)}`;

const END_ALL = `${SEEN}
local alive = 0
for _, digest in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local key = ARGV[1] .. digest
  if seen(key) then alive = alive + 1 end
  redis.call('DEL', key)
end
redis.call('DEL', KEYS[1])
return alive`;

/** A hash for each session, under the digest of its id; the id itself is never sent. */
export function redisSessions(connection: RedisConnection): Sessions {
  const sessionKey = (id: string) => connection.key('session', sha256(id));
  const subjectKey = (subject: string) => connection.key('sessions-of', subject);
  const run = (script: string, keys: readonly string[], ...words: readonly string[]) =>
    connection.ask((redis) => redis.eval(script, keys.length, ...keys, ...words));

  return {
    async create({ subject, role }, { idleMs, mostMs }) {
      const id = randomId();
      const words = [sha256(id), subject, role, `${idleMs}`, `${mostMs}`];
      const now = Number(await run(CREATE, [sessionKey(id), subjectKey(subject)], ...words));
      const expiresAt = now + Math.min(idleMs, mostMs);
      return { id, session: { subject, role, createdAt: now, expiresAt } };
    },
    async find(id) {
      const found = (await run(FIND, [sessionKey(id)])) as readonly [string, string, string, number] | null;
      if (found === null) return null;
      const [subject, told, createdAt, expiresAt] = found;
      // The least, where a store holds what nobody wrote.
      const role = ROLES.find((one) => one === told) ?? 'viewer';
      return { subject, role, createdAt: Number(createdAt), expiresAt };
    },
    async end(id) {
      await connection.ask((redis) => redis.unlink(sessionKey(id)));
    },
    async endAll(subject) {
      return Number(await run(END_ALL, [subjectKey(subject)], connection.key('session', '')));
    },
  };
}
