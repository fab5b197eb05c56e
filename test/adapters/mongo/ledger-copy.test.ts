import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { memoryLedger } from '../../../src/adapters/memory/ledger.ts';
import { openMongoLedgerCopy } from '../../../src/adapters/mongo/copy/ledger-copy.ts';
import type { LedgerPart } from '../../../src/ports/ledger-copy.ts';
import { answersOf, fillLedger } from '../../conformance/filled-ledger.ts';
import { cancelled, givenWorkspace, hasCode, moved } from '../../conformance/given.ts';
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

describe('an import into MongoDB', { skip: MISSING }, () => {
  it('is opened by nobody where it broke off, and done anew by the next import', async (t) => {
    const { url } = await world.database();
    const clock = handClock();
    const source = memoryLedger({ clock });
    const asked = await fillLedger(source, clock);
    const parts = await partsOf(source.copy);
    const copying = () => openMongoLedgerCopy({ url, installation: INSTALLATION });

    const dying = await copying();
    // It does not hear of its end: as after a kill, nobody takes anything back.
    await assert.rejects(dying.write(closingAfter(parts, 9, () => dying.close())));
    await assert.rejects(world.open({ url, clock }), hasCode('ledger_unavailable'));
    const next = await copying();
    t.after(() => next.close());
    await assert.rejects(next.read(), hasCode('ledger_unavailable'));

    await next.write(each(parts));
    const ledger = await world.open({ url, clock });
    t.after(() => ledger.close());
    assert.deepEqual(await answersOf(ledger, asked), await answersOf(source, asked));
    await assert.rejects(next.write(each(parts)), hasCode('ledger_not_empty'));
  });

  it('lets nobody decide meanwhile who has the empty ledger open already', async (t) => {
    const { url } = await world.database();
    const clock = handClock();
    const source = memoryLedger({ clock });
    const asked = await fillLedger(source, clock);
    const [open, copy] = [
      await world.open({ url, clock }),
      await openMongoLedgerCopy({ url, installation: INSTALLATION }),
    ];
    t.after(async () => {
      await copy.close();
      await open.close();
    });
    const acting = async function* (parts: readonly LedgerPart[]) {
      yield* parts;
      await assert.rejects(open.workspaces.add(givenWorkspace()), hasCode('ledger_unavailable'));
    };
    await copy.write(acting(await partsOf(source.copy)));
    assert.deepEqual(await answersOf(open, asked), await answersOf(source, asked));
  });

  it('is refused to another installation', async () => {
    const { url } = await world.database();
    await (await world.open({ url })).close();
    await assert.rejects(openMongoLedgerCopy({ url, installation: 'another' }), hasCode('config_invalid'));
  });
});

async function* each(parts: readonly LedgerPart[]): AsyncGenerator<LedgerPart> {
  yield* parts;
}

async function* closingAfter(parts: readonly LedgerPart[], most: number, close: () => Promise<void>) {
  yield* parts.slice(0, most);
  await close();
  yield* parts.slice(most);
}
