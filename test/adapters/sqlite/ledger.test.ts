import { join } from 'node:path';
import { openSqliteLedger } from '../../../src/adapters/sqlite/open.ts';
import { ledgerPortsSuite } from '../../conformance/all-of-a-ledger.ts';
import { scratchDirectory } from './scratch.ts';

ledgerPortsSuite('sqlite', async (clock) => {
  const directory = await scratchDirectory();
  const opened = await openSqliteLedger({ file: join(directory.path, 'ghost.db'), clock });
  const close = async () => {
    await opened.close();
    await directory.remove();
  };
  return { ...opened, close };
});
