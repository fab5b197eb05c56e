import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { type Mongo, mongoAt, PATIENCE } from '../../../src/adapters/mongo/connection.ts';
import { INDEX_OF, INDEXES } from '../../../src/adapters/mongo/indexes.ts';
import { migrate } from '../../../src/adapters/mongo/migrations/migrate.ts';
import { secret } from '../../../src/platform/secret.ts';
import { hasCode } from '../../conformance/given.ts';
import { MISSING, mongoWorld } from './world.ts';

const world = mongoWorld();
const SOURCE = join(import.meta.dirname, '../../../src/adapters/mongo');
const NAMES = Object.values(INDEXES).flatMap((indexes) => indexes.map(({ name }) => name as string));

async function emptyDatabase(t: TestContext) {
  const { url } = await world.database();
  return { mongo: mongoOf(t, url), migrated: () => migrate(mongoOf(t, url), () => mongoOf(t, url)) };
}

function mongoOf(t: TestContext, url: string): Mongo {
  const mongo = mongoAt(secret(url), PATIENCE);
  t.after(() => mongo.client.close());
  return mongo;
}

describe('the indexes of the ledger', () => {
  it('are each named by a query, and queries name no others', () => {
    const files = globSync('{decide,log,read}/**/*.ts', { cwd: SOURCE });
    const text = files.map((file) => readFileSync(join(SOURCE, file), 'utf8')).join('\n');
    const named = new Set(
      [...text.matchAll(/'((?:patch|entry|workspace)_[a-z_]+)'/g)].map(([, name]) => name),
    );
    for (const name of Object.values(INDEX_OF)) named.add(name);
    named.delete('_id_');
    // A code of an error, not an index.
    named.delete('patch_unknown');
    assert.deepEqual([...named].sort(), NAMES.toSorted());
  });
});

describe('the migrations of the ledger', { skip: MISSING }, () => {
  it('make what queries name, written down once, when four start at the same moment', async (t) => {
    const { mongo, migrated } = await emptyDatabase(t);
    await Promise.all([1, 2, 3, 4].map(migrated));
    const written = await mongo.migrations.find().toArray();
    assert.deepEqual(
      written.map(({ _id, name }) => [_id, name]),
      [[1, '001-add-indexes']],
    );
    for (const [collection, indexes] of Object.entries(INDEXES)) {
      const made = await mongo.database.collection(collection).listIndexes().toArray();
      for (const { name, ...wanted } of indexes) {
        const { v: _, name: __, ...got } = made.find((index) => index.name === name) ?? {};
        assert.deepEqual(got, { ...wanted }, name);
      }
    }
    await migrated();
    assert.equal(await mongo.migrations.countDocuments(), 1);
  });

  it('refuse the ledger of a later Ghost', async (t) => {
    const { mongo, migrated } = await emptyDatabase(t);
    await mongo.migrations.insertOne({ _id: 99, name: '099-from-the-future', at: new Date(0) });
    await assert.rejects(migrated(), hasCode('ledger_newer'));
  });

  it('make indexes that the server uses, where it explains', async (t) => {
    const { mongo, migrated } = await emptyDatabase(t);
    await migrated();
    for (const [collection, indexes] of Object.entries(INDEXES))
      for (const { name, key } of indexes) {
        const filter = Object.fromEntries(Object.keys(key).map((field) => [field, 'x']));
        const found = mongo.database.collection(collection).find(filter);
        const plan = await found.explain('queryPlanner').catch((error: { code?: unknown }) => {
          if (error.code !== 59) throw error;
          return null;
        });
        if (plan === null) return t.skip('not run: this server has no explain');
        assert.match(JSON.stringify(plan), new RegExp(`"indexName":"(?:${name}|_id_)"`));
      }
  });
});
