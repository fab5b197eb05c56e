import { it } from 'node:test';
import { ledgerPortsSuite } from '../../conformance/all-of-a-ledger.ts';
import { MISSING, mongoWorld } from './world.ts';

const world = mongoWorld();

if (MISSING) it('keeps the promises of a ledger', { skip: MISSING });
else
  ledgerPortsSuite('mongodb', async (clock) => {
    const { url } = await world.database();
    return world.open({ url, clock });
  });
