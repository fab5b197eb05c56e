/** How often something happened since a window began. Times by the clock of the store. */
export interface Window {
  readonly count: number;
  readonly endsAt: number;
}

/**
 * The window after one more. One that is over begins anew; where the clock went back, an open one ends no later than
 * a new one would.
 */
export function countedIn(open: Window | null, windowMs: number, now: number): Window {
  const latest = now + windowMs;
  if (open === null || now >= open.endsAt) return { count: 1, endsAt: latest };
  return { count: open.count + 1, endsAt: Math.min(open.endsAt, latest) };
}
