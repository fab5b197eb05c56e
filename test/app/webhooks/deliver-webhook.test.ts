import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import {
  type Delivered,
  deliverWebhook,
  type WebhookMemory,
} from '../../../src/app/webhooks/deliver-webhook.ts';
import { listWebhooks, replayWebhook, testWebhook } from '../../../src/app/webhooks/webhooks.ts';
import { HandClock } from '../../world/clock.ts';
import { openWorld } from '../../world/needs.ts';
import { nameReceivers, newSecret, openReceiver, type Receiver } from '../../world/receiver.ts';

const HOUR_MS = 3_600_000;

/** A world whose clock is turned by hand, and one receiver that it names. */
async function scene(t: TestContext, rest: object = {}) {
  const clock = new HandClock(Date.now());
  const world = await openWorld({ clock });
  const receiver = await openReceiver();
  t.after(async () => {
    await receiver.close();
    await world.close();
  });
  const { needs, directory } = world;
  const name = (secrets = [receiver.secret], more: object = {}) =>
    nameReceivers(directory, [{ name: 'bot', url: receiver.url, secrets }], { ...rest, ...more });
  name([receiver.secret], { types: ['token.*', 'workspace.*'], ...rest });
  const memory: WebhookMemory = { n: null, failing: null };
  const deliver = async (remembered = memory): Promise<Delivered> => {
    const [endpoint] = await needs.webhooks.endpoints();
    if (endpoint === undefined) throw new TypeError('nobody is named');
    return deliverWebhook(needs, { endpoint, memory: remembered }, new AbortController().signal);
  };
  const tell = async (...subjects: readonly string[]) => {
    for (const subject of subjects)
      await needs.chains.append({
        ...{ chain: 'system', at: clock.now(), actor: 'ada', type: 'token.issued' },
        ...{ subject, data: { subject } },
      });
  };
  const state = async () => (await listWebhooks(needs))[0]?.state;
  return { world, needs, clock, receiver, deliver, tell, state, name };
}

function subjects({ received }: Receiver): string[] {
  return received.map(({ message }) => message.data.subject);
}

test('a new endpoint is told what happens from then on, in order, each message signed for the published library', async (t) => {
  const { receiver, deliver, tell, state } = await scene(t);
  await tell('before');
  assert.equal(await state(), 'new');
  assert.deepEqual(await deliver(), { kind: 'all' });
  await tell('a', 'b', 'c');
  assert.deepEqual(await deliver(), { kind: 'all' });
  assert.deepEqual(await deliver(), { kind: 'all' });
  assert.deepEqual(subjects(receiver), ['a', 'b', 'c']);
  assert.ok(receiver.received.every(({ isSigned }) => isSigned));
  const [first] = receiver.received;
  assert.deepEqual(Object.keys(first?.message), ['type', 'timestamp', 'data']);
  assert.match(`${first?.id}`, /^evt_\d+-[0-9a-f]{16}$/);
  assert.equal(await state(), 'delivering');
});

test('only what an endpoint wants is sent to it', async (t) => {
  const { receiver, deliver, tell, world, name } = await scene(t);
  name([receiver.secret], { types: ['workspace.added'], workspaces: ['app'] });
  await deliver();
  await tell('a');
  await world.workspace('app');
  await world.workspace('other');
  assert.deepEqual(await deliver(), { kind: 'all' });
  assert.deepEqual(subjects(receiver), ['app']);
});

test('what fails is sent again by the schedule with the same id, and only then what follows it', async (t) => {
  const { receiver, deliver, tell, clock } = await scene(t);
  await deliver();
  await tell('a', 'b');
  receiver.answer({ status: 500 }, { status: 204 });
  const failing = await deliver();
  assert.ok(failing.kind === 'failing' && failing.retryAt > clock.now());
  assert.match(`${failing.problem}`, /answered 500/);
  const early = await deliver();
  assert.deepEqual([early.kind, subjects(receiver)], ['failing', ['a']]);
  clock.advance(failing.retryAt - clock.now());
  assert.deepEqual(await deliver(), { kind: 'all' });
  assert.deepEqual(subjects(receiver), ['a', 'a', 'b']);
  assert.equal(receiver.received[0]?.id, receiver.received[1]?.id);
  assert.equal(receiver.received[0]?.body, receiver.received[1]?.body);
});

test('whoever takes over tries at once, and goes on by the schedule of the one before', async (t) => {
  const { receiver, deliver, tell, clock, state, needs } = await scene(t);
  await deliver();
  await tell('a');
  receiver.answer({ status: 500 });
  const since = clock.now();
  let failing = await deliver();
  for (let attempt = 2; attempt <= 3; attempt += 1) {
    assert.equal(failing.kind, 'failing');
    clock.advance(failing.kind === 'failing' ? failing.retryAt - clock.now() : 0);
    failing = await deliver();
  }
  assert.equal(await state(), 'failing');
  const taken = await deliver({ n: null, failing: null });
  assert.equal(receiver.received.length, 4);
  assert.ok(failing.kind === 'failing' && taken.kind === 'failing');
  assert.deepEqual([taken.since, taken.retryAt], [since, failing.retryAt]);
  await replayWebhook(needs, { name: 'bot', after: null, actor: 'ada' });
  await deliver();
  assert.equal(receiver.received.length, 5, 'whoever asks for it is not told to wait');
  const written = (await needs.chains.entriesAbout('webhook:bot')).map(({ type }) => type);
  assert.deepEqual(written, ['webhook.bound', 'webhook.failing', 'webhook.replayed']);
});

test('a receiver that is asked too often says when to come back', async (t) => {
  const { receiver, deliver, tell, clock } = await scene(t);
  await deliver();
  await tell('a');
  receiver.answer({ status: 429, headers: { 'retry-after': '3600' } }, { status: 200 });
  const failing = await deliver();
  assert.ok(failing.kind === 'failing' && failing.retryAt - clock.now() >= HOUR_MS);
});

test('a receiver that is gone is sent nothing more, until somebody has it told on, or again', async (t) => {
  const { receiver, deliver, tell, needs, state } = await scene(t);
  await deliver();
  await tell('a', 'b');
  receiver.answer({ status: 204 }, { status: 410 }, { status: 204 });
  assert.equal((await deliver()).kind, 'disabled');
  assert.equal((await deliver()).kind, 'disabled');
  assert.deepEqual([subjects(receiver), await state()], [['a', 'b'], 'disabled']);

  await replayWebhook(needs, { name: 'bot', after: null, actor: 'ada' });
  assert.deepEqual(await deliver(), { kind: 'all' });
  assert.deepEqual(subjects(receiver), ['a', 'b', 'b']);

  const first = receiver.received[0];
  await replayWebhook(needs, { name: 'bot', after: first?.message.data.position - 1, actor: 'ada' });
  assert.deepEqual(await deliver(), { kind: 'all' });
  assert.deepEqual(subjects(receiver), ['a', 'b', 'b', 'a', 'b']);
  assert.equal(receiver.received[3]?.id, first?.id);
  const beyond = { name: 'bot', after: (await needs.outbox.newest()) + 1, actor: 'ada' };
  await assert.rejects(replayWebhook(needs, beyond), { code: 'input_invalid' });
  await assert.rejects(replayWebhook(needs, { name: 'bit', after: 0, actor: 'ada' }), {
    code: 'webhook_unknown',
  });
});

test('a redirection is not followed', async (t) => {
  const { receiver, deliver, tell } = await scene(t);
  const elsewhere = await openReceiver();
  t.after(() => elsewhere.close());
  await deliver();
  await tell('a');
  receiver.answer({ status: 307, headers: { location: elsewhere.url } });
  const failing = await deliver();
  assert.match(JSON.stringify(failing), /answered 307; redirections are not followed/);
  assert.equal(elsewhere.received.length, 0);
});

test('who fails for days is given up, and loses nothing', async (t) => {
  const { receiver, deliver, tell, clock, needs } = await scene(t);
  await deliver();
  await tell('a');
  receiver.answer({ status: 503 });
  const begun = clock.now();
  let delivered = await deliver();
  while (delivered.kind === 'failing') {
    clock.advance(delivered.retryAt - clock.now());
    delivered = await deliver();
  }
  assert.equal(delivered.kind, 'disabled');
  assert.equal(receiver.received.length, 10);
  const days = (clock.now() - begun) / (24 * HOUR_MS);
  assert.ok(days > 3 && days < 4, `${days} days`);
  receiver.answer({ status: 204 });
  await replayWebhook(needs, { name: 'bot', after: null, actor: 'ada' });
  assert.deepEqual(await deliver(), { kind: 'all' });
  assert.equal(new Set(receiver.received.map(({ id }) => id)).size, 1);
});

test('while a secret is replaced, who knows either of them is content', async (t) => {
  const { receiver, deliver, tell, name } = await scene(t);
  const more = { types: ['token.*'] };
  name([newSecret(), receiver.secret], more);
  await deliver();
  await tell('a');
  await deliver();
  name([newSecret()], more);
  await tell('b');
  await deliver();
  assert.deepEqual(
    receiver.received.map(({ isSigned }) => isSigned),
    [true, false],
  );
});

test('an address that is not public is not called, unless the operator allows it', async (t) => {
  const { receiver, deliver, tell, name } = await scene(t);
  const { port } = new URL(receiver.url);
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]']) {
    name([receiver.secret], { types: ['token.*'], url: `https://${host}:${port}/`, allowPrivate: false });
    await deliver();
    await tell(host);
    assert.match(JSON.stringify(await deliver()), /leads to an address that is not public/, host);
  }
  assert.equal(receiver.received.length, 0);
});

test('one message can be sent to try it, and says how it was answered', async (t) => {
  const { receiver, needs } = await scene(t);
  assert.deepEqual(await testWebhook(needs, { name: 'bot', actor: 'ada' }), { kind: 'taken', status: 204 });
  assert.deepEqual(
    [receiver.received[0]?.message.type, receiver.received[0]?.isSigned],
    ['webhook.test', true],
  );
});
