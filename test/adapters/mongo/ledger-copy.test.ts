import assert from 'node:assert/strict';
import { it } from 'node:test';
import { openMongoLedgerCopy } from '../../../src/adapters/mongo/copy/ledger-copy.ts';
import { fillLedger } from '../../conformance/filled-ledger.ts';
import { cancelled, moved } from '../../conformance/given.ts';
import { handClock } from '../../conformance/hand-clock.ts';
import { ledgerCopySuite, partsOf } from '../../conformance/ledger-copy.ts';
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

it('tells a patch of MongoDB that ended while the copy was read as it stood before', {
  skip: MISSING,
}, async (t) => {
  const { url } = await world.database();
  const clock = handClock();
  const opened = await world.open({ url, clock });
  const copy = await openMongoLedgerCopy({ url, installation: INSTALLATION });
  t.after(async () => {
    await copy.close();
    await opened.close();
  });
  await fillLedger(opened, clock);
  const before = await partsOf(copy);
  const snapshot = await copy.read();
  for (const patch of await opened.ledger.list({ states: ['queued', 'held'], limit: 100 }))
    await moved(opened.ledger, patch, cancelled);
  const parts = [];
  for await (const part of snapshot.parts) parts.push(part);
  assert.deepEqual(parts, before);
  assert.notDeepEqual(await partsOf(copy), before);
});
