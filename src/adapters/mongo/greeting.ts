import { type Document, MongoServerError } from 'mongodb';
import type { Mongo } from './connection.ts';
import { unavailable } from './problems.ts';

const COMMAND_NOT_FOUND = 59;

/** What a server says of itself; `isMaster` is what older ones call it. @throws what the driver throws */
export async function greeting({ client, strict }: Pick<Mongo, 'client' | 'strict'>): Promise<Document> {
  const admin = client.db('admin');
  const { readPreference } = strict.read;
  try {
    return await admin.command({ hello: 1 }, { readPreference });
  } catch (error) {
    if (!(error instanceof MongoServerError && error.code === COMMAND_NOT_FOUND)) throw error;
    return admin.command({ isMaster: 1 }, { readPreference });
  }
}

/** Milliseconds since 1970, as the primary has it. @throws GhostError ledger_unavailable */
export async function timeOf(mongo: Pick<Mongo, 'client' | 'strict'>): Promise<number> {
  try {
    const { localTime } = await greeting(mongo);
    if (localTime instanceof Date) return localTime.getTime();
    throw new TypeError('the MongoDB server does not say its time');
  } catch (error) {
    throw unavailable(error);
  }
}
