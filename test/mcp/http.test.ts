import assert from 'node:assert/strict';
import { request } from 'node:http';
import { type TestContext, test } from 'node:test';
import { issueToken } from '../../src/app/issue-token.ts';
import { rehearsePatch } from '../../src/app/rehearse-patch.ts';
import type { Role } from '../../src/core/role.ts';
import { mcpOverHttp } from '../../src/mcp/http.ts';
import { TOOLS } from '../../src/mcp/tools/tools.ts';
import { keepingLogger, type LogLine, serve } from '../gateway/serve.ts';
import { agentOverHttp, type Era } from '../world/agent.ts';
import { creating } from '../world/diffs.ts';
import { openWorld } from '../world/needs.ts';
import { eventually } from '../world/processes.ts';

const PATCH_LIMIT = 4096;

/** A gateway of this process with `/mcp`, as the gateway process mounts it. */
async function served(t: TestContext, requestTimeoutMs = 10_000) {
  const world = await openWorld();
  await world.workspace('main');
  const { needs } = world;
  const log: LogLine[] = [];
  const router = mcpOverHttp({
    ...{ needs, version: '1.2.3', patchLimitBytes: PATCH_LIMIT, logger: keepingLogger(log) },
    rehearse: (asked) => rehearsePatch(needs, asked),
    allowsOrigin: (origin) => origin === 'https://allowed.example',
    allowsHost: (name) => name === '127.0.0.1',
  });
  const gateway = await serve(t, {
    ...{ world, settings: { requestTimeoutMs } },
    mounts: [{ path: '/mcp', router }],
  });
  const connect = async (role: Role, era: Era = 'modern') => {
    const agent = await agentOverHttp(gateway.url, await world.token(role), era);
    t.after(() => agent.close());
    return agent;
  };
  return { gateway, world, log, connect };
}

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
};
const ACCEPT = { accept: 'application/json, text/event-stream' };

for (const era of ['modern', 'legacy'] as const)
  test(`an agent is offered the same tools each time, and nothing that is for people: ${era}`, async (t) => {
    const { connect } = await served(t);
    const { client } = await connect('author', era);
    const { tools } = await client.listTools();
    assert.deepEqual(
      tools.map(({ name }) => name),
      TOOLS.map(({ name }) => name),
    );
    for (const { name, inputSchema, annotations, outputSchema } of tools) {
      assert.equal(inputSchema.additionalProperties, false, name);
      assert.equal(outputSchema?.type, 'object', name);
      const reads = /^(get|list|wait|rehearse)_/.test(name);
      assert.deepEqual([annotations?.readOnlyHint, annotations?.idempotentHint], [reads, true], name);
      assert.doesNotMatch(name, /approve|freeze|thaw|token|pause/);
    }
    assert.equal(client.getServerVersion()?.version, '1.2.3');
  });

test('who has no token, a wrong one, an expired or a revoked one is answered as on every other route', async (t) => {
  const { gateway, world } = await served(t);
  const call = (as?: string) =>
    gateway.call('POST', '/mcp', { json: INITIALIZE, headers: ACCEPT, ...(as === undefined ? {} : { as }) });
  assert.equal((await call()).body.code, 'token_missing');
  assert.equal((await call('nonsense')).body.code, 'token_invalid');
  const asked = { subject: 'late', role: 'author', ttlMs: 1, actor: 'test' } as const;
  const { token } = await issueToken(world.needs, asked);
  const late = await eventually('the expiry', async () => {
    const answer = await call(token);
    return answer.status === 401 && answer;
  });
  assert.equal(late.body.code, 'token_invalid');
  assert.equal(late.headers.get('content-type'), 'application/problem+json; charset=utf-8');
  const good = await world.token('viewer');
  assert.equal((await call(good)).status, 200);
});

test('a page of another origin, and a name that was made to lead here, are refused', async (t) => {
  const { gateway, world } = await served(t);
  const as = await world.token('author');
  const from = async (origin: string) =>
    gateway.call('POST', '/mcp', { as, json: INITIALIZE, headers: { ...ACCEPT, origin } });
  assert.equal((await from('https://allowed.example')).status, 200);
  const refused = await from('https://evil.example');
  assert.deepEqual([refused.status, refused.body.code], [403, 'origin_refused']);
  assert.equal(await statusFor(gateway.port, { host: 'evil.example', authorization: `Bearer ${as}` }), 403);
});

/** fetch sets Host by itself. */
function statusFor(port: number, headers: Readonly<Record<string, string>>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', path: '/mcp', method: 'POST', headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.once('error', reject).end('{}');
  });
}

test('what is no message of the protocol is a fault of the protocol, and an unknown tool as well', async (t) => {
  const { gateway, world, connect } = await served(t);
  const as = await world.token('author');
  const broken = await gateway.call('POST', '/mcp', {
    as,
    body: '{"jsonrpc":',
    headers: { ...ACCEPT, 'content-type': 'application/json' },
  });
  assert.deepEqual([broken.status, broken.body.error.code], [400, -32_700]);
  const agent = await connect('author');
  await assert.rejects(agent.call('approve_patch', {}), { code: -32_602 });
});

test('a viewer who submits hears which role it takes', async (t) => {
  const { connect } = await served(t);
  const viewer = await connect('viewer');
  const { isError, data } = await viewer.call('submit_patch', { patch: creating('a.txt') });
  assert.deepEqual([isError, data.status, data.code], [true, 403, 'role_insufficient']);
  assert.deepEqual((await viewer.call('list_patches')).data.patches, []);
});

test('malformed arguments are told as every other error, with the nearest name', async (t) => {
  const { connect } = await served(t);
  const agent = await connect('author');
  const cases: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
    ['submit_patch', {}, /^patch: is missing/],
    ['submit_patch', { patch: 5 }, /^patch: must be text/],
    ['submit_patch', { patch: 'x', worksapce: 'main' }, /^worksapce: did you mean `workspace`\?/],
    ['submit_patch', { patch: 'x', format: 'word' }, /^format: must be one of /],
    ['submit_patch', { patch: 'x', idempotencyKey: 'ä' }, /^idempotencyKey: must match /],
    ['submit_patch', { patch: '\ud800' }, /^patch: contains half of a surrogate pair/],
    ['wait_for_patch', { id: 'p_1', seconds: 3600 }, /^seconds: must be a whole number from 1 to 50/],
    ['list_patches', { states: ['landed', 'landed'] }, /^states: has a member twice/],
    ['list_patches', { states: ['gone'] }, /^states: must be of /],
    ['submit_patch', { patch: 'x', flags: ['runDry'] }, /^flags: must be of /],
  ];
  for (const [tool, given, words] of cases) {
    const { isError, data, text } = await agent.call(tool, given);
    assert.deepEqual([isError, data.code], [true, 'input_invalid'], text);
    assert.match(data.message, words);
  }
});

test('a patch that is too large is refused, by its size as bytes and by that of the request', async (t) => {
  const { connect, gateway, world } = await served(t);
  const agent = await connect('author');
  const { data } = await agent.call('submit_patch', { patch: 'ä'.repeat(PATCH_LIMIT / 2 + 1) });
  assert.deepEqual([data.status, data.code], [413, 'body_too_large']);
  const whole = await gateway.call('POST', '/mcp', {
    as: await world.token('author'),
    headers: ACCEPT,
    json: { ...INITIALIZE, params: { more: 'x'.repeat(5 * PATCH_LIMIT) } },
  });
  assert.deepEqual([whole.status, whole.body.code], [413, 'body_too_large']);
});

test('an unparsable patch is the same problem as over HTTP, and its words are those of the repair request', async (t) => {
  const { connect, gateway, world } = await served(t);
  const agent = await connect('author');
  const patch = '--- a/x\n+++ b/x\n@@ -1,3 +1,1 @@\n-a\n';
  const overHttp = await gateway.call('POST', '/api/v1/patches', {
    as: await world.token('author'),
    body: patch,
    headers: { 'content-type': 'text/plain' },
  });
  const { isError, text, data } = await agent.call('submit_patch', { patch });
  assert.equal(isError, true);
  assert.equal(text, overHttp.body.repair.text);
  const own = ['timestamp', 'instance', 'requestId'];
  const shared = (problem: object) => Object.entries(problem).filter(([name]) => !own.includes(name));
  assert.deepEqual(shared(data), shared(overHttp.body));
  assert.deepEqual(Object.keys(data), Object.keys(overHttp.body));
});

test('the same key with other content is a conflict, and the same text is one patch', async (t) => {
  const { connect } = await served(t);
  const agent = await connect('author');
  const submit = (path: string, idempotencyKey?: string) =>
    agent.call('submit_patch', { patch: creating(path), ...(idempotencyKey && { idempotencyKey }) });
  const first = await submit('a.txt', 'k1');
  assert.equal((await submit('b.txt', 'k1')).data.code, 'idempotency_conflict');
  assert.deepEqual(
    [(await submit('a.txt')).data.id, (await submit('a.txt')).data.repeated],
    [first.data.id, true],
  );
  assert.notEqual((await submit('a.txt', 'k2')).data.id, first.data.id);
});

test("an author cancels a patch of its own and nobody else's, an approver any", async (t) => {
  const { connect, gateway, world } = await served(t);
  const agent = await connect('author');
  const { data } = await agent.call('submit_patch', { patch: creating('mine.txt') });
  const foreign = await gateway.call('POST', '/api/v1/patches', {
    as: await world.token('author', 'somebody'),
    body: creating('theirs.txt'),
    headers: { 'content-type': 'text/plain' },
  });
  const refused = await agent.call('cancel_patch', { id: foreign.body.id });
  assert.deepEqual([refused.data.status, refused.data.code], [403, 'role_insufficient']);
  assert.equal((await agent.call('cancel_patch', { id: data.id })).data.state, 'cancelled');
  const author = await world.token('author', 'elsewhere');
  const byHttp = await gateway.call('POST', `/api/v1/patches/${foreign.body.id}/cancel`, { as: author });
  assert.deepEqual([byHttp.status, byHttp.body.code], [403, 'role_insufficient']);
  const approver = await connect('approver');
  assert.equal((await approver.call('cancel_patch', { id: foreign.body.id })).data.state, 'cancelled');
});

for (const era of ['modern', 'legacy'] as const)
  test(`a wait is bounded, longer than a silence may be, and ends when its client goes away: ${era}`, async (t) => {
    const { connect, world } = await served(t, 500);
    const waiting = watchSubscriptions(world.needs.wakeUps);
    const agent = await connect('author', era);
    const { data } = await agent.call('submit_patch', { patch: creating('a.txt') });
    const bounded = await agent.call('wait_for_patch', { id: data.id, seconds: 1 });
    assert.deepEqual([bounded.isError, bounded.data.state], [false, 'queued']);
    assert.match(bounded.text, /Call wait_for_patch again/);

    const leaving = await connect('author', era);
    const left = leaving.call('wait_for_patch', { id: data.id, seconds: 50 }).catch(() => 'gone');
    await eventually('the wait', () => waiting.open() === 1);
    await leaving.close();
    assert.equal(await left, 'gone');
    await eventually('its end', () => waiting.open() === 0);
  });

/** How many wait for news of the outbox. */
function watchSubscriptions(wakeUps: {
  subscribe: (topic: 'outbox' | 'line', hear: () => void) => () => void;
}) {
  let open = 0;
  const subscribe = wakeUps.subscribe.bind(wakeUps);
  wakeUps.subscribe = (topic, hear) => {
    const end = subscribe(topic, hear);
    open += 1;
    return () => {
      open -= 1;
      end();
    };
  };
  return { open: () => open };
}

test('resources show a patch and the queue, and a prompt says how to write a patch', async (t) => {
  const { connect } = await served(t);
  const { client, call } = await connect('author');
  const { data } = await call('submit_patch', { patch: creating('a.txt') });
  const read = async (uri: string) => {
    const [content] = (await client.readResource({ uri })).contents;
    return JSON.parse(content !== undefined && 'text' in content ? content.text : '');
  };
  assert.equal((await read(`ghost://patch/${data.id}`)).state, 'queued');
  assert.deepEqual(
    (await read('ghost://queue')).patches.map(({ id }: { id: string }) => id),
    [data.id],
  );
  const { messages } = await client.getPrompt({ name: 'write_patch' });
  assert.match(JSON.stringify(messages), /rehearse_patch until it fits/);
  assert.equal((await call('get_line', {})).data.workspaces[0].queued, 1);
});
