import { sha256 } from '../digest.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Between one attempt and the next, as Standard Webhooks recommends: ten attempts within about three days. */
const PAUSES_MS = [
  ...[5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR],
  ...[10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR],
];
/** Each pause is longer by up to this share, so that those who failed together do not come back together. */
const JITTER = 0.2;

/**
 * When a message is tried again, from nothing but when its first attempt failed: so whoever takes over goes on where the
 * one before was. Null when it has been tried often enough. Times in milliseconds since 1970.
 * @param key what the jitter is derived from: the endpoint and the message
 */
export function nextAttempt(failingSince: number, now: number, key: string): number | null {
  let at = failingSince;
  for (const [n, pause] of PAUSES_MS.entries()) {
    at += Math.floor(pause * (1 + JITTER * fraction(`${key} ${n}`)));
    if (at > now) return at;
  }
  return null;
}

/** Uniform in [0, 1), the same for the same text. */
function fraction(text: string): number {
  return Number.parseInt(sha256(new TextEncoder().encode(text)).slice(0, 8), 16) / 2 ** 32;
}
