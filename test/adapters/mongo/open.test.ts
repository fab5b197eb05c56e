import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { MongoServerError } from 'mongodb';
import { openMongoLedger } from '../../../src/adapters/mongo/open.ts';
import { failureOf, wordsOf } from '../../../src/adapters/mongo/problems.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { secret } from '../../../src/platform/secret.ts';
import { givenWorkspace, hasCode } from '../../conformance/given.ts';
import { closedPort, hangingPort } from '../store-servers.ts';
import { MISSING, mongoWorld } from './world.ts';

const world = mongoWorld();

function openAt(url: string, installation = 'i') {
  const patience = { connectMs: 300, answerMs: 300, fateMs: 500 };
  return openMongoLedger({ url: secret(url), clock: systemClock, installation, patience });
}

describe('a MongoDB that is named', () => {
  for (const [less, more] of [
    ['w=1', 'w=majority'],
    ['journal=false', 'journal=true'],
    ['readPreference=secondary', 'readPreference=primary'],
    ['readConcernLevel=local', 'readConcernLevel=majority'],
  ]) {
    it(`with ${less} is refused with ${more}, without its password`, async () => {
      await assert.rejects(
        openAt(`mongodb://u:correct-horse@h/ghost?${less}&retryWrites=true`),
        (error: Error) => {
          assert.ok(hasCode('config_invalid')(error));
          assert.match(
            error.message,
            new RegExp(`GHOST_LEDGER is ${less}; expected ${more}, or leave it out`),
          );
          assert.ok(!`${error.stack}`.includes('correct-horse'));
          return true;
        },
      );
    });
  }

  it('where nobody listens is told as unavailable, without its password', async (t: TestContext) => {
    const port = await closedPort(t);
    await assert.rejects(openAt(`mongodb://u:correct-horse@127.0.0.1:${port}/ghost`), (error: Error) => {
      assert.ok(hasCode('ledger_unavailable')(error));
      assert.match(error.message, /ECONNREFUSED/);
      assert.ok(!`${error.stack}`.includes('correct-horse'));
      return true;
    });
  });

  it('which takes connections and says nothing is given no more than its time', async (t: TestContext) => {
    const port = await hangingPort(t);
    await assert.rejects(openAt(`mongodb://127.0.0.1:${port}`), hasCode('ledger_unavailable'));
  });

  it('with an option that nobody knows is refused in the words of the driver', async () => {
    await assert.rejects(openAt('mongodb://h/ghost?wish=1'), /expected a MongoDB connection string \(.*wish/);
  });
});

describe('the words for what MongoDB refuses', () => {
  for (const [code, words] of [
    [18, /refuses the user or the password of GHOST_LEDGER/],
    [13, /lacks the role readWrite/],
    [10_107, /is not the primary: name the replica set .* replicaSet=NAME/],
  ] as const) {
    it(`with code ${code} say what to do, and that nothing was done`, () => {
      const error = new MongoServerError({ message: 'as it says', code });
      assert.match(wordsOf(error), words);
      assert.equal(failureOf(error), 'refused');
    });
  }

  it('never hold what a URL says of a user', () => {
    const said = wordsOf(new Error('cannot parse mongodb+srv://ada:hush@host/x'));
    assert.equal(said, 'cannot parse mongodb+srv://***@host/x');
  });

  it('leave open what became of a write that a step-down interrupted, or that had no majority in time', () => {
    for (const code of [189, 11_602, 64]) {
      assert.equal(failureOf(new MongoServerError({ message: 'stepped down', code })), 'unknown');
    }
    assert.equal(failureOf(new Error('write ECONNRESET')), 'unknown');
  });
});

describe('a database of MongoDB', { skip: MISSING }, () => {
  for (const [wish, words] of [
    ['tls=true', /no TLS connection to MongoDB \(/],
    ['replicaSet=elsewhere', /no server that GHOST_LEDGER names is the primary of that replica set/],
  ] as const) {
    it(`asked for with ${wish} where there is none says so`, async () => {
      const { url } = await world.database();
      await assert.rejects(openAt(`${url}?${wish}`), (error: Error) => {
        assert.match(error.message, words);
        return hasCode('ledger_unavailable')(error);
      });
    });
  }

  it('is the ledger of the installation that opened it first, and of no other', async () => {
    const { url, name } = await world.database();
    for (const _ of ['first', 'again']) await (await openAt(url, 'installation-1')).close();
    await assert.rejects(openAt(url, 'installation-2'), (error: Error) => {
      assert.match(
        error.message,
        new RegExp(`the database ${name}, which is the ledger of installation installation-1`),
      );
      return hasCode('config_invalid')(error);
    });
  });

  it('tells its version, its latency and what it promises less than a replica set', async (t) => {
    const { url } = await world.database();
    const opened = await openAt(url);
    t.after(() => opened.close());
    await opened.workspaces.add(givenWorkspace());
    const { latencyMs, version, details, findings } = await opened.health();
    assert.ok(latencyMs > 0);
    assert.match(`${version}`, /^\d+\.\d+/);
    assert.match(JSON.stringify(details), /"writeConcern":"majority, journaled"/);
    if (JSON.stringify(details).includes('"replicaSet":null')) {
      assert.deepEqual(
        findings.map(({ setting }) => setting),
        ['replica set'],
      );
    }
  });

  it('grants leases by the time of the server', async (t) => {
    const { url } = await world.database();
    const wrong = { ...systemClock, now: () => systemClock.now() - 3_600_000 };
    const opened = await openMongoLedger({ url, clock: wrong, installation: 'i' });
    t.after(() => opened.close());
    const request = { name: 'main', owner: 'r-1', ttlMs: 60_000, above: 0 };
    const taken = await opened.leaser.take(request);
    const expiresAt = taken.kind === 'taken' ? taken.lease.expiresAt : 0;
    assert.ok(Math.abs(expiresAt - systemClock.now() - request.ttlMs) < 30_000);
    const { findings } = await opened.health();
    assert.ok(
      findings.some(({ setting, got }) => setting === 'clock' && /^3(?:599|600)\d{3} ms between/.test(got)),
    );
  });
});
