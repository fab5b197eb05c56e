import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { probeMongo } from '../../../src/adapters/mongo/probe.ts';
import { closedPort, hangingPort } from '../store-servers.ts';

describe('the probe of MongoDB', () => {
  it('says that nobody is there, without the password', async (t) => {
    const port = await closedPort(t);
    const told = await probeMongo(`mongodb://u:correct-horse@127.0.0.1:${port}/ghost`, 300);
    assert.equal(told.kind, 'silent');
    assert.match(JSON.stringify(told), /ECONNREFUSED/);
    assert.ok(!JSON.stringify(told).includes('correct-horse'));
  });

  it('gives a server that takes the connection and says nothing no more than its time', async (t) => {
    const port = await hangingPort(t);
    const startedAt = performance.now();
    const told = await probeMongo(`mongodb://127.0.0.1:${port}`, 300);
    assert.equal(told.kind, 'silent');
    assert.ok(performance.now() - startedAt < 3_000);
  });

  it('says what is wrong with a connection string', async () => {
    const told = await probeMongo('mongodb://', 300);
    assert.equal(told.kind, 'silent');
  });
});
