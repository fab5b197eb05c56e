import { openMongoLedger } from '../../adapters/mongo/open.ts';
import { sqliteLedgerFile } from '../../adapters/sqlite/ledger-file.ts';
import { fail } from '../../core/errors.ts';
import { systemClock } from '../../platform/clock.ts';
import type { Secret } from '../../platform/secret.ts';
import type { Measured } from '../../ports/dependency.ts';
import type { InspectedFile, LedgerFile } from '../../ports/ledger-file.ts';
import type { Config } from '../config.ts';

const RESCUE =
  'Stop Ghost and keep a copy of the database as it is (mongodump). Import the newest `ghost ledger export` into an empty database, or restore a copy of the server there, and check that in the same way. A ledger that is older than a branch stops that line; `ghost workspace accept` lets it go on.';

/** The ledger of this configuration, for whoever doubts it. */
export function ledgerFileOf({ ledger, home }: Config, installation: string): LedgerFile {
  switch (ledger.kind) {
    case 'sqlite':
      return sqliteLedgerFile(home.ledgerFile, systemClock);
    case 'mongodb':
      return inMongo(ledger.url, installation);
  }
}

/** What a server does with its files is its own to check: here its settings are looked at, and all that it answers. */
function inMongo(url: Secret, installation: string): LedgerFile {
  const open = () => openMongoLedger({ url, installation, clock: systemClock });
  return {
    rescue: RESCUE,
    async inspect() {
      const opened = await open();
      try {
        return inspected(await opened.health());
      } finally {
        await opened.close();
      }
    },
    open,
    copyTo: async () => {
      const problem = 'a ledger in MongoDB is no file; `ghost ledger export FILE` makes a copy of it';
      throw fail('input_invalid', { where: 'FILE', problem });
    },
    close: () => Promise.resolve(),
  };
}

/** How it is set up is for the doctor to judge: all that is there may be whole. */
function inspected({ version, details }: Measured): InspectedFile {
  const facts = Object.entries(Object(details)).filter(
    (fact): fact is [string, string | number] => typeof fact[1] === 'string' || typeof fact[1] === 'number',
  );
  return {
    facts: { mongodb: version ?? 'unknown', ...Object.fromEntries(facts) },
    problems: [],
    isReadable: true,
    advice: null,
  };
}
