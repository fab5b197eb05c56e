import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it, type TestContext } from 'node:test';
import { mongoAt, PATIENCE } from '../../../src/adapters/mongo/connection.ts';
import { apply } from '../../../src/adapters/mongo/log/apply.ts';
import type { Decision } from '../../../src/adapters/mongo/log/decision.ts';
import { secret } from '../../../src/platform/secret.ts';
import { hasCode } from '../../conformance/given.ts';
import { MISSING, mongoWorld } from './world.ts';

const world = mongoWorld();

const ENTRY = { _id: 1, chain: 'main', n: 1, subject: 'main', sealed: '{"hash":"a"}', news: '{}' };
const PATCH = { _id: 'p_1', seq: 1, byKey: 'main\nonce', json: '{}' };

/** One entry and one new patch. */
const DECISION: Decision = {
  ...{ _id: 1, nonce: randomUUID(), position: 1, seq: 1, moves: [] },
  redo: { entries: [ENTRY], changes: [{ table: 'patches', kind: 'new', row: PATCH }] },
};

async function migrated(t: TestContext) {
  const { url } = await world.database();
  await (await world.open({ url })).close();
  const mongo = mongoAt(secret(url), PATIENCE);
  t.after(() => mongo.client.close());
  return mongo;
}

describe('applying a decision', { skip: MISSING }, () => {
  it('finds out whether somebody else did it', async (t) => {
    const mongo = await migrated(t);
    assert.equal(await apply(mongo, DECISION), 'alone');
    assert.equal(await apply(mongo, DECISION), 'beside another');
  });

  it('refuses to go on where another entry has its position, or another position its number', async (t) => {
    for (const other of [
      { ...ENTRY, sealed: '{"hash":"b"}' },
      { ...ENTRY, _id: 2 },
    ]) {
      const mongo = await migrated(t);
      await mongo.entries.insertOne(other);
      await assert.rejects(apply(mongo, DECISION), hasCode('integrity_broken'));
    }
  });

  it('refuses to go on where another patch answers for its key', async (t) => {
    const mongo = await migrated(t);
    await mongo.table('patches').insertOne({ ...PATCH, _id: 'p_0', seq: 9, rev: 1 });
    await assert.rejects(apply(mongo, DECISION), hasCode('integrity_broken'));
    assert.equal(await mongo.table('patches').findOne({ _id: PATCH._id }), null);
  });
});
