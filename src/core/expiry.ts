/**
 * Whether what was written at `at` to last for `ttlMs` still counts at `now`, both told by the clock of the store.
 * Where that clock went back, nothing lasts for ever: what lies further ahead than it may last has lapsed, and the rest
 * lasts for twice its time at most.
 */
export function lasts(at: number, ttlMs: number, now: number): boolean {
  return Math.abs(now - at) < ttlMs;
}
