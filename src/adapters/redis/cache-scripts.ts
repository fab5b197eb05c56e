/*
 * The scripts of the cache. A value is a hash of its bytes, its time and the mark of its namespace; it counts while the
 * namespace has that mark. A claim is who loads or sets a key: only who still has it may keep what he brings, so that a
 * write that is carried out late, or after the key was dropped, changes nothing.
 *
 * KEYS: the value, the claim, the mark of the namespace.
 */

/** What the clock went back over lapses as `lasts` has it (core/expiry.ts). */
const FOUND = `
local mark = redis.call('GET', KEYS[3]) or ''
local function found()
  local kept = redis.call('HMGET', KEYS[1], 'value', 'mark', 'ttl')
  if not kept[1] or kept[2] ~= mark then return nil end
  local left = redis.call('PTTL', KEYS[1])
  -- In its last millisecond the key stands still, with nothing left.
  if left <= 0 or left >= 2 * tonumber(kept[3]) then return nil end
  return kept[1]
end`;

export const FIND = `${FOUND}
return found() or false`;

/** The value, or 'ours' or 'theirs'. ARGV: who claims, how long a claim lasts, how much of that keeps others from loading. */
export const CLAIM = `${FOUND}
local value = found()
if value then return {'kept', value} end
local standing = redis.call('GET', KEYS[2])
local left = redis.call('PTTL', KEYS[2])
local lasts = tonumber(ARGV[2])
local isOfMark = standing and string.sub(standing, 45) == mark
if isOfMark and left <= lasts and left > lasts - tonumber(ARGV[3]) then return {'theirs'} end
redis.call('SET', KEYS[2], ARGV[1] .. ' ' .. mark, 'PX', lasts)
return {'ours'}`;

/** Drops what is there, for who claims: ARGV as above. */
export const TAKE = `
redis.call('UNLINK', KEYS[1])
redis.call('SET', KEYS[2], ARGV[1] .. ' ' .. (redis.call('GET', KEYS[3]) or ''), 'PX', ARGV[2])`;

/** ARGV: who claimed, the value, its time. */
export const KEEP = `
local mark = redis.call('GET', KEYS[3]) or ''
if redis.call('GET', KEYS[2]) ~= ARGV[1] .. ' ' .. mark then return 0 end
redis.call('UNLINK', KEYS[1], KEYS[2])
redis.call('HSET', KEYS[1], 'value', ARGV[2], 'mark', mark, 'ttl', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`;

/** ARGV: who claimed. */
export const GIVE_UP = `
if string.sub(redis.call('GET', KEYS[2]) or '', 1, 43) == ARGV[1] then redis.call('UNLINK', KEYS[2]) end`;
