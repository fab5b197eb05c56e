import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it, type TestContext } from 'node:test';
import { type Mongo, mongoAt, PATIENCE } from '../../../src/adapters/mongo/connection.ts';
import { type Operation, wantOf } from '../../../src/adapters/mongo/decide/operation.ts';
import { accepting, recording } from '../../../src/adapters/mongo/decide/patches.ts';
import { NO_TIP, View } from '../../../src/adapters/mongo/decide/view.ts';
import { apply } from '../../../src/adapters/mongo/log/apply.ts';
import { Decider } from '../../../src/adapters/mongo/log/decider.ts';
import { type Decision, decisionOn, tipOf } from '../../../src/adapters/mongo/log/decision.ts';
import { insertDecision } from '../../../src/adapters/mongo/log/fate.ts';
import { load } from '../../../src/adapters/mongo/log/load.ts';
import { Log } from '../../../src/adapters/mongo/log/log.ts';
import type { MongoLedger } from '../../../src/adapters/mongo/open.ts';
import { verifyChain } from '../../../src/core/ledger/verify-chain.ts';
import { secret } from '../../../src/platform/secret.ts';
import {
  accepted,
  claimed,
  givenStep,
  givenSubmission,
  givenWorkspace,
  hasCode,
} from '../../conformance/given.ts';
import { eventually } from '../../world/processes.ts';
import { startProxy } from '../../world/proxy.ts';
import { MISSING, mongoWorld } from './world.ts';

const world = mongoWorld();

interface Site {
  readonly url: string;
  readonly ledger: MongoLedger;
  readonly mongo: Mongo;
}

async function site(t: TestContext): Promise<Site> {
  const { url } = await world.database();
  const ledger = await another(t, url);
  await ledger.workspaces.add(givenWorkspace({ name: 'main' }));
  await ledger.workspaces.list();
  return { url, ledger, mongo: rawAt(t, url) };
}

async function another(t: TestContext, url: string): Promise<MongoLedger> {
  const ledger = await world.open({ url });
  t.after(() => ledger.close());
  return ledger;
}

function rawAt(t: TestContext, url: string, patience = PATIENCE): Mongo {
  const mongo = mongoAt(secret(url), patience);
  t.after(() => mongo.client.close());
  return mongo;
}

/** What a process decides that dies before it sends it. */
async function prepared(mongo: Mongo, operation: Operation<unknown>): Promise<Decision> {
  const [newest] = await mongo.decisions.find().sort({ _id: -1 }).limit(1).toArray();
  const view = new View();
  view.clear(newest === undefined ? NO_TIP : tipOf(newest));
  await load(mongo, view, operation.wants);
  const answer = operation.decide(view);
  const bodies = operation.bodies?.(answer) ?? [];
  if (bodies.length > 0) await mongo.bodies.insertMany([...bodies]);
  const decision = decisionOn(view, randomUUID());
  if (decision === null) throw new Error('nothing was decided');
  return decision;
}

async function everything({ database }: Mongo): Promise<unknown> {
  const names = ['patches', 'entries', 'heads', 'leases', 'workspaces', 'tokens'];
  return Promise.all(names.map((name) => database.collection(name).find().sort({ _id: 1 }).toArray()));
}

describe('the log of decisions', { skip: MISSING }, () => {
  it('is finished by whoever looks next, where its maker died before it applied anything', async (t) => {
    const { ledger, mongo } = await site(t);
    const submission = givenSubmission();
    const decision = await prepared(mongo, accepting([submission]));
    assert.equal(await insertDecision(mongo, decision), 'decided');
    assert.equal((await ledger.ledger.find(submission.id))?.seq, 1);
    assert.deepEqual(new Uint8Array(await ledger.ledger.body(submission.id)), submission.body);
    assert.equal((await ledger.chains.entriesAbout(submission.id)).length, 1);
    await eventually('it is trimmed', async () => {
      const left = await mongo.decisions.findOne({ _id: decision._id });
      return left !== null && left.redo === undefined ? left : null;
    });
  });

  it('is finished where its maker died half way', async (t) => {
    const { ledger, mongo, url } = await site(t);
    const submissions = [givenSubmission(), givenSubmission()] as const;
    const decision = await prepared(mongo, accepting(submissions));
    await insertDecision(mongo, decision);
    const [first] = decision.redo?.entries ?? [];
    const patches = decision.redo?.changes.filter(({ table }) => table === 'patches') ?? [];
    if (first === undefined || patches[1] === undefined) throw new Error('nothing to apply');
    await mongo.entries.insertOne(first);
    await mongo.table('patches').insertOne({ ...patches[1].row, rev: decision._id });
    const other = await another(t, url);
    for (const { ledger: one } of [ledger, other])
      assert.deepEqual(
        (await one.list({ workspace: 'main', limit: 9 })).map(({ id, seq }) => [id, seq]),
        submissions.map(({ id }, at) => [id, at + 1]),
      );
    assert.equal(await other.outbox.newest(), 3);
  });

  it('is not changed by one who applies an old decision late', async (t) => {
    const { ledger, mongo } = await site(t);
    const submission = givenSubmission();
    const late = await prepared(mongo, accepting([submission]));
    await insertDecision(mongo, late);
    const patch = await ledger.ledger.find(submission.id);
    if (patch === null) throw new Error('it is not there');
    const step = givenStep(patch, claimed);
    const later = await prepared(mongo, recording(step));
    await insertDecision(mongo, later);
    assert.equal((await ledger.ledger.find(patch.id))?.state.name, 'checking');
    await accepted(ledger.ledger, { workspace: 'main' });
    await ledger.ledger.list({ limit: 1 });
    const before = await everything(mongo);
    for (const decision of [late, later, late]) await apply(mongo, decision);
    assert.deepEqual(await everything(mongo), before);
  });

  it('tells nobody what follows an entry that is gone', async (t) => {
    const { ledger, mongo } = await site(t);
    for (let n = 0; n < 3; n++) await accepted(ledger.ledger, { workspace: 'main' });
    assert.equal((await ledger.outbox.after(0, 9)).length, 4);
    await mongo.entries.deleteOne({ _id: 3 });
    await assert.rejects(ledger.outbox.after(0, 9), hasCode('integrity_broken'));
    assert.equal((await ledger.outbox.after(0, 2)).length, 2);
  });

  it('refuses one who decides on a state that is not the newest, however long that is past', async (t) => {
    const { ledger, mongo, url } = await site(t);
    const sleeper = await another(t, url);
    assert.equal(await sleeper.outbox.newest(), 1);
    const stale = await prepared(mongo, accepting([givenSubmission()]));
    for (let n = 0; n < 70; n++) await accepted(ledger.ledger, { workspace: 'main' });
    assert.equal(await insertDecision(mongo, stale), 'lost');
    assert.equal(await sleeper.outbox.newest(), 71);
    const patch = await accepted(sleeper.ledger, { workspace: 'main' });
    assert.equal(patch.seq, 71);
    assert.equal((await ledger.ledger.line('main')).queued, 71);
  });

  it('shows a line that is submitted to without a pause', async (t) => {
    const { ledger, url } = await site(t);
    const reader = await another(t, url);
    let isOver = false;
    const submitted = (async () => {
      for (let n = 0; n < 30; n++) await accepted(ledger.ledger, { workspace: 'main' });
      isOver = true;
    })();
    const seen: number[] = [];
    while (!isOver) seen.push((await reader.ledger.line('main')).queued);
    await submitted;
    assert.deepEqual(
      seen,
      seen.toSorted((a, b) => a - b),
    );
    assert.equal((await reader.ledger.line('main')).queued, 30);
  });

  it('has every position once and every token once, however many decide against each other', async (t) => {
    const { ledger, url } = await site(t);
    const all = [ledger, await another(t, url), await another(t, url)];
    const work = all.flatMap((one, runner) =>
      Array.from({ length: 12 }, async (_, n) => {
        await accepted(one.ledger, { workspace: 'main' });
        const taken = await one.leaser.take({
          name: `lease-${n % 3}`,
          owner: `r-${runner}`,
          ttlMs: 0,
          above: 0,
        });
        return taken.kind === 'taken' ? [`${taken.lease.name} ${taken.lease.token}`] : [];
      }),
    );
    const tokens = (await Promise.all(work)).flat();
    assert.equal(new Set(tokens).size, tokens.length);
    const newest = await ledger.outbox.newest();
    assert.equal(newest, 1 + 36 + tokens.length);
    const events = await ledger.outbox.after(0, newest);
    assert.deepEqual(
      events.map(({ position }) => position),
      Array.from({ length: newest }, (_, at) => at + 1),
    );
    for (const head of await ledger.chains.heads())
      assert.deepEqual(verifyChain(await ledger.chains.entries(head.chain, 0, newest), head), []);
  });
});

describe('a decision that one document cannot hold', { skip: MISSING }, () => {
  it('is stored in parts before it counts, applied whole, and leaves none of them', async (t) => {
    const { ledger, mongo, url } = await site(t);
    const data = 'x'.repeat(1_400_000);
    const draft = { chain: 'main', at: 1, actor: 'ada', type: 'phase.frozen', data };
    const big: Operation<void> = {
      wants: [wantOf('heads', 'main')],
      decide(view) {
        for (let n = 0; n < 14; n++) view.append({ ...draft, subject: `release-${n}` });
      },
    };
    const log = new Log(mongo);
    const decider = new Decider(mongo, log);
    await decider.decide(big);
    await log.idle();
    assert.equal(await mongo.parts.countDocuments(), 0);
    assert.equal(await ledger.outbox.newest(), 15);
    const other = await another(t, url);
    const chain = await other.chains.entries('main', 0, 99);
    assert.equal(chain.length, 15);
    assert.deepEqual(verifyChain(chain, (await other.chains.heads())[0] ?? null), []);
  });
});

describe('the fate of a decision', { skip: MISSING }, () => {
  const impatient = { connectMs: 500, answerMs: 300, fateMs: 900 };

  async function behindProxy(t: TestContext) {
    const { ledger, mongo, url } = await site(t);
    const proxy = await startProxy(Number(new URL(url).port));
    t.after(() => proxy.close());
    const shaken = new URL(url);
    shaken.port = `${proxy.port}`;
    const far = rawAt(t, shaken.href, impatient);
    await far.client.connect();
    await far.meta.findOne();
    const decision = await prepared(mongo, accepting([givenSubmission()]));
    return { ledger, mongo, proxy, far, decision };
  }

  it('is read again where its answer was lost', async (t) => {
    const { mongo, proxy, far, decision } = await behindProxy(t);
    proxy.weather({ kind: 'deaf' });
    const fate = insertDecision(far, decision);
    await eventually('it arrived', () => mongo.decisions.findOne({ _id: decision._id }));
    proxy.weather({ kind: 'fair' });
    assert.equal(await fate, 'decided');
  });

  it('is that it lost, where another one stands under its number', async (t) => {
    const { mongo, far, decision } = await behindProxy(t);
    const other = await prepared(mongo, accepting([givenSubmission()]));
    assert.equal(await insertDecision(mongo, other), 'decided');
    assert.equal(await insertDecision(far, decision), 'lost');
  });

  it('is sent again where it did not arrive, and never twice', async (t) => {
    const { ledger, mongo, proxy, far, decision } = await behindProxy(t);
    proxy.weather({ kind: 'silent' });
    const fate = insertDecision(far, decision);
    const before = proxy.reset();
    assert.ok(before > 0);
    proxy.weather({ kind: 'fair' });
    assert.equal(await fate, 'decided');
    assert.equal(await mongo.decisions.countDocuments({ nonce: decision.nonce }), 1);
    assert.equal(await ledger.outbox.newest(), 2);
  });

  it('is unknown where nobody answers in time; it may stand there, and then counts', async (t) => {
    const { ledger, mongo, proxy, far, decision } = await behindProxy(t);
    proxy.weather({ kind: 'deaf' });
    await assert.rejects(insertDecision(far, decision), hasCode('ledger_unknown'));
    assert.equal((await mongo.decisions.findOne({ _id: decision._id }))?.nonce, decision.nonce);
    assert.equal((await ledger.ledger.list({ limit: 9 })).length, 1);
  });

  it('is unknown where the client was closed before the answer', async (t) => {
    const { mongo, proxy, far, decision } = await behindProxy(t);
    proxy.weather({ kind: 'deaf' });
    const fate = assert.rejects(insertDecision(far, decision), hasCode('ledger_unknown'));
    await eventually('it arrived', () => mongo.decisions.findOne({ _id: decision._id }));
    await far.client.close();
    await fate;
  });

  it('is that nothing was stored, where it could not be sent', async (t) => {
    const { mongo, proxy, far, decision } = await behindProxy(t);
    await proxy.close();
    await assert.rejects(far.meta.findOne());
    await assert.rejects(insertDecision(far, decision), hasCode('ledger_unavailable'));
    assert.equal(await mongo.decisions.findOne({ _id: decision._id }), null);
  });
});
