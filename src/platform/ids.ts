import { randomBytes, randomInt } from 'node:crypto';
import { monotonicFactory } from 'ulid';

/** Makes ULIDs that grow even within one millisecond of one process. */
export type NewUlid = (at: number) => string;

export function ulidFactory(): NewUlid {
  // Out of Node's own reserve: the library alone would ask OpenSSL anew for each of the sixteen characters.
  const next = monotonicFactory(() => randomInt(256) / 256);
  return (at) => next(at);
}

const ID_BYTES = 32;

/** 256 random bits as URL-safe text: an id that nobody guesses. */
export function randomId(): string {
  return randomBytes(ID_BYTES).toString('base64url');
}
