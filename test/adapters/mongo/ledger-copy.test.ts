import { it } from 'node:test';
import { openMongoLedgerCopy } from '../../../src/adapters/mongo/copy/ledger-copy.ts';
import { ledgerCopySuite } from '../../conformance/ledger-copy.ts';
import { INSTALLATION, MISSING, mongoWorld } from './world.ts';

const world = mongoWorld();

if (MISSING) it('copies a ledger', { skip: MISSING });
else
  ledgerCopySuite('mongodb', async (clock) => {
    const { url } = await world.database();
    const [opened, copy] = [
      await world.open({ url, clock }),
      await openMongoLedgerCopy({ url, installation: INSTALLATION }),
    ];
    const close = async () => {
      await copy.close();
      await opened.close();
    };
    return { ...opened, copy, close };
  });
