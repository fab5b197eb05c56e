import { join } from 'node:path';
import { sqliteLedgerCopy } from '../../../src/adapters/sqlite/ledger-copy.ts';
import { openSqliteLedger } from '../../../src/adapters/sqlite/open.ts';
import { ledgerCopySuite } from '../../conformance/ledger-copy.ts';
import { scratchDirectory } from './scratch.ts';

ledgerCopySuite('sqlite', async (clock) => {
  const directory = await scratchDirectory();
  const file = join(directory.path, 'ghost.db');
  const opened = await openSqliteLedger({ file, clock });
  const close = async () => {
    await opened.close();
    await directory.remove();
  };
  return { ...opened, copy: sqliteLedgerCopy(file), close };
});
