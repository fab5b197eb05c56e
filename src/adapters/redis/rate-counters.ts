import type { CounterKey, RateCounters } from '../../ports/rate-counters.ts';
import type { RedisConnection } from './connection.ts';

/** A key lasts as long as its window. What is left may be longer than the window where the clock went back. */
const HIT = `
local window = tonumber(ARGV[1])
local left = redis.call('PTTL', KEYS[1])
if left <= 0 then
  redis.call('SET', KEYS[1], 1, 'PX', window)
  return {1, window}
end
if left > window then
  redis.call('PEXPIRE', KEYS[1], window)
  left = window
end
return {redis.call('INCR', KEYS[1]), left}`;

const UNHIT = `
if tonumber(redis.call('GET', KEYS[1]) or 0) > 0 then redis.call('DECR', KEYS[1]) end`;

export function redisRateCounters(connection: RedisConnection): RateCounters {
  const keyOf = ({ namespace, name }: CounterKey) => connection.key('count', namespace, name);
  return {
    async hit(key, windowMs) {
      const window = `${Math.max(1, Math.ceil(windowMs))}`;
      const counted = await connection.ask((redis) => redis.eval(HIT, 1, keyOf(key), window));
      const [count, leftMs] = counted as readonly [number, number];
      return { count, leftMs };
    },
    async unhit(key) {
      await connection.ask((redis) => redis.eval(UNHIT, 1, keyOf(key)));
    },
    async reset(key) {
      await connection.ask((redis) => redis.unlink(keyOf(key)));
    },
  };
}
