import type { Mongo } from '../connection.ts';
import type { Log } from '../log/log.ts';
import { unavailable } from '../problems.ts';

/** What reads read: the tables, once everything that was decided is in them. */
export interface Source {
  readonly mongo: Mongo;
  readonly log: Log;
}

/** @throws GhostError ledger_unavailable */
export async function reading<T>({ log }: Source, read: () => Promise<T>): Promise<T> {
  await log.settled();
  try {
    return await read();
  } catch (error) {
    throw unavailable(error);
  }
}
