import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { slackRouter } from '../../src/slack/router.ts';
import { keepingLogger, type LogLine, marker, type Served, serve } from '../gateway/serve.ts';
import { HandClock } from '../world/clock.ts';
import { creating } from '../world/diffs.ts';
import { openWorld, type World } from '../world/needs.ts';
import { mailsOf } from '../world/series.ts';

const SECRET = 'the signing secret';

interface Slack {
  readonly served: Served;
  readonly world: World;
  readonly log: LogLine[];
  readonly clock: HandClock;
}

async function slack(t: TestContext, secret: string | null = SECRET, change = {}): Promise<Slack> {
  const world = await openWorld();
  await world.workspace('alpha');
  const clock = new HandClock(Date.now());
  const log: LogLine[] = [];
  const router = slackRouter({
    needs: { ...world.needs, ...change },
    secret,
    logger: keepingLogger(log),
    clock,
  });
  const served = await serve(t, { world, mounts: [{ path: '/slack', router }] });
  return { served, world, log, clock };
}

function formOf(text: string): string {
  const fields = {
    token: 'x',
    team_id: 'T1',
    user_id: 'U024BE7LH',
    command: '/ghost',
    text,
    trigger_id: '1.2',
  };
  return new URLSearchParams(fields).toString();
}

function headersFor(body: string, at: number, secret = SECRET): Record<string, string> {
  const timestamp = `${Math.floor(at / 1000)}`;
  return {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`,
  };
}

function send({ served, clock }: Slack, text: string) {
  const body = formOf(text);
  return served.call('POST', '/slack/commands', { body, headers: headersFor(body, clock.now()) });
}

test('a patch is submitted by the Slack user, without a token', async (t) => {
  const setting = await slack(t);
  const got = await send(setting, `submit alpha\n\`\`\`\n${creating('a.txt')}\`\`\``);
  assert.equal(got.status, 200);
  assert.equal(got.body.response_type, 'ephemeral');
  const [patch] = await setting.world.needs.ledger.list({ limit: 1 });
  assert.ok(patch);
  assert.deepEqual([patch.author, patch.origin, patch.workspace], ['slack:U024BE7LH', 'slack', 'alpha']);
  assert.ok(got.body.text.includes(patch.id));
  const body = await setting.world.needs.ledger.body(patch.id);
  assert.equal(Buffer.from(body).toString(), creating('a.txt'));
  const again = await send(setting, `submit\n${creating('a.txt')}`);
  assert.match(again.body.text, /here already/);
});

test('a series is answered with all of its patches, in order', async (t) => {
  const setting = await slack(t);
  const got = await send(setting, `submit alpha\n${mailsOf(creating('a.txt'), creating('b.txt'))}`);
  const patches = await setting.world.needs.ledger.list({ limit: 9 });
  assert.deepEqual(got.body.text.match(/p_\w{26}|A series of 2/g), [
    'A series of 2',
    ...patches.map(({ id }) => id),
  ]);
});

test('status, help and an unknown word are answered in words', async (t) => {
  const setting = await slack(t);
  assert.match((await send(setting, 'status')).body.text, /\*alpha\*: 0 queued, 0 held, 0 landed/);
  assert.match((await send(setting, 'help')).body.text, /\/ghost submit/);
  const unknown = await send(setting, 'frobnicate <!channel>');
  assert.match(unknown.body.text, /There is no `\/ghost frobnicate`/);
  const mention = await send(setting, '<!channel>');
  assert.match(mention.body.text, /&lt;!channel&gt;/);
});

test('what cannot be submitted is told to the person, with what to do', async (t) => {
  const setting = await slack(t);
  const unknown = await send(setting, `submit gamma\n${creating('a')}`);
  assert.equal(unknown.status, 200);
  assert.match(unknown.body.text, /no workspace gamma; known: alpha/);
  const nonsense = await send(setting, 'submit alpha\nplease make it work');
  assert.equal(nonsense.status, 200);
  assert.notEqual(nonsense.body.text, '');
  assert.match((await send(setting, 'submit')).body.text, /no patch in this command/);
});

test('a request that is unsigned, wrong, old, of the future or came before is answered 401', async (t) => {
  const setting = await slack(t);
  const { served, clock } = setting;
  const body = formOf('status');
  const genuine = headersFor(body, clock.now());
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  assert.equal((await served.call('POST', '/slack/commands', { body, headers: genuine })).status, 200);
  for (const [why, headers] of [
    ['replayed', genuine],
    ['unsigned', form],
    ['wrong', headersFor(body, clock.now(), 'another secret')],
    ['old', headersFor(body, clock.now() - 301_000)],
    ['future', headersFor(body, clock.now() + 302_000)],
  ] as const) {
    const got = await served.call('POST', '/slack/commands', { body, headers });
    assert.equal(got.status, 401, why);
    assert.equal(got.body.code, 'signature_refused');
  }
  const other = await served.call('POST', '/slack/commands', {
    body: formOf('help'),
    headers: headersFor(body, clock.now() + 1000),
  });
  assert.equal(other.status, 401);
});

test('a token does not open what a signature has to', async (t) => {
  const { served, world } = await slack(t);
  const as = await world.token('operator');
  const got = await served.call('POST', '/slack/commands', { as, body: formOf('status') });
  assert.equal(got.body.code, 'signature_refused');
});

test('without a secret every request is refused', async (t) => {
  const setting = await slack(t, null);
  const got = await send(setting, 'status');
  assert.equal(got.status, 401);
  assert.match(got.body.message, /no signing secret/);
});

test('a body above the limit is refused, and another method told which one it is', async (t) => {
  const setting = await slack(t);
  assert.equal((await send(setting, 'x'.repeat(600_000))).status, 413);
  const got = await setting.served.call('GET', '/slack/commands');
  assert.deepEqual([got.status, got.headers.get('allow')], [405, 'POST']);
});

test('a signed request that is no slash command is named by its fault', async (t) => {
  const { served, clock } = await slack(t);
  const body = 'text=help&user_id=%3Cscript%3E';
  const got = await served.call('POST', '/slack/commands', { body, headers: headersFor(body, clock.now()) });
  assert.equal(got.status, 400);
  assert.match(got.body.message, /^body\.user_id: /);
});

test('an answer that takes too long for Slack is promised for later', async (t) => {
  const asked = Promise.withResolvers<void>();
  const workspaces = {
    list: () => {
      asked.resolve();
      return new Promise(() => undefined);
    },
  };
  const setting = await slack(t, SECRET, { workspaces });
  const answer = send(setting, 'status');
  await asked.promise;
  setting.clock.advance(2500);
  assert.match((await answer).body.text, /takes longer/);
});

test('what breaks inside is logged and not told', async (t) => {
  const secret = marker();
  const workspaces = { list: () => Promise.reject(new Error(secret)) };
  const setting = await slack(t, SECRET, { workspaces });
  const got = await send(setting, 'status');
  assert.equal(got.status, 200);
  assert.match(got.body.text, /Something broke/);
  assert.equal(JSON.stringify(got.body).includes(secret), false);
  assert.ok(setting.log.some(({ error }) => error instanceof Error && error.message === secret));
});
