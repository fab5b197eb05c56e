import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../git.ts';
import { REDIS_MISSING, startRedis } from './redis.ts';
import type { TestServer } from './server.ts';

const LIBRARY = readdirSync('/usr/lib')
  .map((folder) => join('/usr/lib', folder, 'faketime', 'libfaketimeMT.so.1'))
  .find((file) => existsSync(file));

/** For `skip`: false where a Redis is there, and a library that turns its clock. */
export const TURNED_REDIS_MISSING =
  REDIS_MISSING || (LIBRARY ? false : 'NOT tested against a real Redis: apt-get install libfaketime');

export interface TurnedRedis extends TestServer {
  /** Turns the clock of the server, back where `ms` is below zero; it goes on from there. */
  turn(ms: number): void;
}

/** A real Redis whose clock runs, and is turned by hand besides. */
export async function startTurnedRedis(
  settings: Readonly<Record<string, string>> = {},
): Promise<TurnedRedis> {
  const file = join(temporaryFolder('clock'), 'offset');
  let offsetMs = 0;
  const turn = (ms: number) => {
    offsetMs += ms;
    writeFileSync(file, `${offsetMs < 0 ? '-' : '+'}${Math.abs(offsetMs) / 1_000}`);
  };
  turn(0);
  const server = await startRedis(settings, undefined, {
    // libc before jemalloc, which asks for the time while it starts, when the library cannot answer yet.
    LD_PRELOAD: `${LIBRARY} libc.so.6`,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  });
  return { ...server, turn };
}
