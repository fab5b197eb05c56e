import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { addWorkspace } from '../../src/app/add-workspace.ts';
import { issueToken } from '../../src/app/issue-token.ts';
import { checkLedgerOf } from '../../src/main/check-ledger.ts';
import { creating } from '../world/diffs.ts';
import { aRepository } from '../world/git.ts';
import { type Installation, openInstallationFor } from '../world/installation.ts';
import { type Child, eventually, startProcess } from '../world/processes.ts';
import { nameReceivers, openReceiver, type Receiver } from '../world/receiver.ts';
import { type Service, startService, stopped } from '../world/service.ts';

describe('webhooks of an installation', () => {
  let installation: Installation;
  let service: Service;
  let relay: Child;
  let receiver: Receiver;

  before(async () => {
    installation = await openInstallationFor();
    const workspace = { name: 'main', repo: aRepository(), branch: 'main', checks: [], adopt: false };
    await addWorkspace(installation.needs, { ...workspace, actor: 'test' });
    receiver = await openReceiver();
    const { webhooksFile } = installation.config.home;
    nameReceivers(
      webhooksFile.replace(/\/[^/]*$/, ''),
      [{ name: 'bot', url: receiver.url, secrets: [receiver.secret] }],
      { types: ['patch.accepted', 'patch.rejected', 'patch.landed'] },
    );
    service = await startService(installation);
    relay = await startedRelay();
    await eventually('it is bound', async () => (await entries()).length === 1);
  });
  after(async () => {
    await Promise.all([service.stop(), stopped(relay)]);
    await receiver.close();
    await installation.close();
  });

  const entries = () => installation.needs.chains.entriesAbout('webhook:bot');
  const startedRelay = async () => {
    const started = startProcess('src/main/relay.ts', installation.settings);
    await started.ready;
    return started;
  };
  const call = async (method: string, path: string, token: string, body?: string) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'text/plain' };
    const response = await fetch(`${service.url}${path}`, { method, headers, ...(body && { body }) });
    // biome-ignore lint/suspicious/noExplicitAny: tests look into what came back
    return (await response.json()) as any;
  };
  const submit = async (patch: string) =>
    (await call('POST', '/api/v1/patches', service.token, patch)).id as string;

  it('a rejected patch is told with the repair request that HTTP has, and one that landed with its commit', async () => {
    const rejected = await submit('--- a/greeting.txt\n+++ b/greeting.txt\n@@ -1 +1 @@\n-no\n+yes\n');
    await eventually('it is told', () => receiver.received.length === 2);
    const { message, isSigned } = receiver.received[1] ?? assert.fail();
    assert.deepEqual([message.type, message.data.subject, isSigned], ['patch.rejected', rejected, true]);
    const shown = await call('GET', `/api/v1/patches/${rejected}`, service.token);
    assert.deepEqual(message.data.rejection.repair, shown.repair);
    assert.deepEqual([message.data.rejection.status, message.data.rejection.code], [422, 'patch_rejected']);
    const landed = await submit(creating('a.txt'));
    await eventually('it landed', () => receiver.received.length === 4);
    assert.deepEqual(receiver.received[3]?.message.data.subject, landed);
  });

  it('a relay that is killed while it tells leaves nothing out and keeps the order', async () => {
    const before = receiver.received.length;
    receiver.answer('nothing', { status: 204 });
    const first = await submit(creating('b.txt'));
    await eventually('it is being told', () => receiver.received.length === before + 1);
    relay.process.kill('SIGKILL');
    await relay.ended;
    const second = await submit(creating('c.txt'));
    relay = await startedRelay();
    await eventually('all is told', () => {
      const landed = receiver.received.slice(before).filter(({ message }) => message.type === 'patch.landed');
      return landed.length === 2;
    });
    const told = receiver.received.slice(before);
    assert.equal(told[0]?.id, told[1]?.id);
    assert.deepEqual([told[0]?.message.data.subject, told.at(-1)?.message.data.subject], [first, second]);
    const positions = told.slice(1).map(({ message }) => message.data.position);
    assert.deepEqual(
      positions,
      positions.toSorted((a, b) => a - b),
    );
    assert.equal(new Set(positions).size, positions.length);
  });

  it('an operator sees how each stands and tries it; nobody else does', async () => {
    const request = { subject: 'ada', role: 'operator', ttlMs: 60_000, actor: 'test' } as const;
    const { token } = await issueToken(installation.needs, request);
    const { webhooks } = await call('GET', '/api/v1/webhooks', token);
    assert.deepEqual([webhooks[0].name, webhooks[0].state], ['bot', 'delivering']);
    assert.equal((await call('POST', '/api/v1/webhooks/bot/test', token)).kind, 'taken');
    assert.equal((await call('GET', '/api/v1/webhooks', service.token)).code, 'role_insufficient');
    const replay = await fetch(`${service.url}/api/v1/webhooks/bot/replay`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{}',
    });
    assert.equal(replay.status, 200);
    assert.deepEqual((await checkLedgerOf(installation.config, null)).problems, []);
    const status = await eventually('its heartbeat', async () => {
      const now = await call('GET', '/status', token);
      const told = now.components.map(({ details }: { details: object }) => Object(details).webhooks);
      return told.find((each: object | null) => each) && { now, told };
    });
    assert.match(JSON.stringify(status.told), /"bot":\{"state":"delivering"/);
    assert.doesNotMatch(JSON.stringify([webhooks, status]), /whsec_/);
  });
});
