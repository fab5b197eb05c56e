import type { Admission, Admitted } from '../../ports/admission.ts';
import type { RedisConnection } from './connection.ts';
import { SERVER_TIME } from './server-time.ts';

/** The value is the owner and nothing else, and Redis lets it lapse: `GET` and `PTTL` tell a person all there is. */
const ENTER = `${SERVER_TIME}
local ttl = tonumber(ARGV[2])
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ttl) then return {ARGV[1], now + ttl} end
local owner = redis.call('GET', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if owner == ARGV[1] or left < 0 or left > ttl then
  redis.call('PEXPIRE', KEYS[1], ttl)
  left = ttl
end
return {owner, now + left}`;

const LEAVE = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`;

/** One that somebody else wrote without an expiry is told as lapsing now: the next refusal sets when it does. */
const FIND = `${SERVER_TIME}
local owner = redis.call('GET', KEYS[1])
return owner and {owner, now + math.max(redis.call('PTTL', KEYS[1]), 0)}`;

/** Each act is one script, so that nothing comes between looking who is in and acting on it. */
export function redisAdmission(connection: RedisConnection): Admission {
  const keyOf = (name: string) => connection.key('admission', name);
  const run = (script: string, name: string, ...words: readonly string[]) =>
    connection.ask((redis) => redis.eval(script, 1, keyOf(name), ...words));
  const told = (name: string, reply: unknown): Admitted => {
    const [owner, expiresAt] = reply as readonly [string, number];
    return { name, owner, key: keyOf(name), expiresAt };
  };

  return {
    async enter({ name, owner }, ttlMs) {
      const inside = told(name, await run(ENTER, name, owner, `${Math.ceil(ttlMs)}`));
      return inside.owner === owner ? { kind: 'admitted', admitted: inside } : { kind: 'busy', by: inside };
    },
    async leave({ name, owner }) {
      await run(LEAVE, name, owner);
    },
    async find(name) {
      const reply = await run(FIND, name);
      return reply === null ? null : told(name, reply);
    },
  };
}
