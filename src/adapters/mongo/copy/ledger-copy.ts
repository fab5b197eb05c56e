import { type Secret, secret } from '../../../platform/secret.ts';
import type { LedgerCopy } from '../../../ports/ledger-copy.ts';
import { claimFor } from '../belongs-to.ts';
import { connected, mongoAt, PATIENCE } from '../connection.ts';
import { Log } from '../log/log.ts';
import { MIGRATION_MS, migrate } from '../migrations/migrate.ts';
import { requireWhole } from './import-mark.ts';
import { openSnapshot } from './snapshot.ts';
import { storeAll } from './store-all.ts';

interface MongoCopyOptions {
  readonly url: Secret | string;
  /** Whose ledger it is. */
  readonly installation: string;
}

export interface MongoLedgerCopy extends LedgerCopy {
  close(): Promise<void>;
}

/** The ledger of a database, all of it. @throws GhostError config_invalid, ledger_newer, ledger_unavailable */
export async function openMongoLedgerCopy({ url, installation }: MongoCopyOptions): Promise<MongoLedgerCopy> {
  const at = typeof url === 'string' ? secret(url) : url;
  const patient = () => mongoAt(at, { ...PATIENCE, answerMs: MIGRATION_MS });
  const mongo = patient();
  try {
    await connected(mongo);
    await migrate(mongo, patient);
    await claimFor(mongo, installation);
  } catch (error) {
    await mongo.client.close();
    throw error;
  }
  return {
    async read() {
      await requireWhole(mongo);
      return openSnapshot({ mongo, log: new Log(mongo) });
    },
    write: (parts) => storeAll({ mongo, log: new Log(mongo) }, parts),
    close: () => mongo.client.close(),
  };
}
