import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startRelay } from '../../src/workers/relay/relay.ts';
import { keepingLogger, type LogLine } from '../gateway/serve.ts';
import { openWorld } from '../world/needs.ts';
import { eventually } from '../world/processes.ts';
import { nameReceivers, newSecret, openReceiver } from '../world/receiver.ts';

const OWNER = { owner: 'relay-1', leaseTtlMs: 60_000 };

test('a receiver that is silent, or is not there, holds up neither another one nor the audit log', async (t) => {
  const world = await openWorld();
  const [well, silent] = [await openReceiver(), await openReceiver()];
  silent.answer('nothing');
  const dead = await openReceiver();
  await dead.close();
  const log: LogLine[] = [];
  const named = { well, silent, dead };
  nameReceivers(
    world.directory,
    Object.entries(named).map(([name, { url, secret }]) => ({ name, url, secrets: [secret] })),
    { types: ['workspace.*'] },
  );
  const relay = startRelay(world.needs, {
    ...OWNER,
    webhooks: world.needs.webhooks,
    logger: keepingLogger(log),
  });
  t.after(async () => {
    await relay.stop();
    await Promise.all([well.close(), silent.close()]);
    await world.close();
  });
  await eventually('all are bound', async () => {
    const bound = await Promise.all(
      Object.keys(named).map((name) => world.needs.chains.entriesAbout(`webhook:${name}`)),
    );
    return bound.every((entries) => entries.length === 1);
  });
  for (const name of ['a', 'b', 'c']) await world.workspace(name);
  await eventually('all is told', () => well.received.length === 3);
  assert.deepEqual(
    well.received.map(({ message }) => message.data.subject),
    ['a', 'b', 'c'],
  );
  await eventually('the log', async () => {
    const { outbox } = world.needs;
    return (await outbox.cursor('audit-log')) === (await outbox.newest());
  });
  await eventually('it is said', () => relay.facts().webhooks?.dead?.state === 'failing');
  assert.match(`${relay.facts().webhooks?.dead?.problem}`, /^127\.0\.0\.1 cannot be reached: ECONNREFUSED$/);
  assert.ok(relay.facts().webhooks?.well?.lastDelivery);
  await eventually('what waits', () => Number(relay.facts().webhooks?.dead?.waiting) >= 3);
  assert.equal(relay.facts().problem, null);
  assert.doesNotMatch(JSON.stringify([log, relay.facts()]), /whsec_/);
});

test('a file that cannot be read, and a secret that others can, are said in words', async (t) => {
  const world = await openWorld();
  const receiver = await openReceiver();
  const relay = startRelay(world.needs, {
    ...OWNER,
    webhooks: world.needs.webhooks,
    logger: keepingLogger([]),
  });
  t.after(async () => {
    await relay.stop();
    await receiver.close();
    await world.close();
  });
  writeFileSync(join(world.directory, 'webhooks.yml'), 'webhook: []\n');
  await eventually('the file is refused', () => /did you mean `webhooks`/.test(`${relay.facts().problem}`));
  nameReceivers(world.directory, [{ name: 'bot', url: receiver.url, secrets: [newSecret()] }], {
    types: ['workspace.*'],
  });
  chmodSync(join(world.directory, 'bot-0.secret'), 0o644);
  await eventually('it is taken', () => relay.facts().problem === null);
  await eventually(
    'it is bound',
    async () => (await world.needs.chains.entriesAbout('webhook:bot')).length === 1,
  );
  await world.workspace('a');
  await eventually('the secret is refused', () =>
    /can be reached by others; expected mode 0600/.test(`${relay.facts().webhooks?.bot?.problem}`),
  );
  assert.equal(receiver.received.length, 0);
});
