import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { serve } from '../gateway/serve.ts';
import { agentOnStdio } from '../world/agent.ts';
import { creating } from '../world/diffs.ts';
import { temporaryFolder } from '../world/git.ts';
import { openWorld } from '../world/needs.ts';
import { bareEnvironment } from '../world/processes.ts';

test('a token that does not hold, a role that is too small and a service that is gone are told as over HTTP', async (t) => {
  const world = await openWorld();
  await world.workspace('main');
  const gateway = await serve(t, { world });
  const home = { GHOST_HOME: temporaryFolder('home'), GHOST_URL: gateway.url };
  const wrong = await agentOnStdio({ ...home, GHOST_TOKEN: 'wrong' }, 'modern');
  t.after(() => wrong.close());
  const refused = await wrong.call('list_patches');
  assert.deepEqual([refused.isError, refused.data.status, refused.data.code], [true, 401, 'token_invalid']);

  const viewer = await agentOnStdio({ ...home, GHOST_TOKEN: await world.token('viewer') }, 'legacy');
  t.after(() => viewer.close());
  const small = await viewer.call('submit_patch', { patch: creating('a.txt') });
  assert.deepEqual([small.data.status, small.data.code], [403, 'role_insufficient']);
  assert.deepEqual((await viewer.call('list_patches')).data, { patches: [], next: null });

  await gateway.close(0);
  const gone = await viewer.call('list_patches');
  assert.deepEqual([gone.isError, gone.data.code], [true, 'service_unreachable']);
});

test('nothing but the protocol is on standard output, whatever comes in, and it ends when its input does', async () => {
  const ghost = fileURLToPath(new URL('../../bin/ghost', import.meta.url));
  const env = { ...bareEnvironment(), GHOST_HOME: temporaryFolder('home') };
  const child = spawn(process.execPath, [ghost, 'mcp'], { env, stdio: 'pipe' });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const params = {
    ...{ protocolVersion: '2025-11-25', capabilities: {} },
    clientInfo: { name: 'test', version: '1' },
  };
  const hello = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
  child.stdin.write(`no json at all\n{"jsonrpc":\n${hello}\n`);
  while (!stdout.includes('\n')) await new Promise((resolve) => child.stdout.once('data', resolve));
  child.stdin.end();
  const code = await new Promise((resolve) => child.once('close', resolve));
  const messages = stdout.trimEnd().split('\n');
  for (const message of messages) assert.equal(JSON.parse(message).jsonrpc, '2.0', message);
  assert.equal(code, 0, stderr);
});

test('a message that is longer than any of ours ends the connection, and the process with it', async () => {
  const ghost = fileURLToPath(new URL('../../bin/ghost', import.meta.url));
  const env = { ...bareEnvironment(), GHOST_HOME: temporaryFolder('home') };
  const child = spawn(process.execPath, [ghost, 'mcp'], { env, stdio: 'pipe' });
  child.stdin.on('error', () => {});
  child.stdin.write(`{"jsonrpc":"${'x'.repeat(11 * 1024 * 1024)}`);
  const code = await new Promise((resolve) => child.once('close', resolve));
  assert.equal(code, 0);
});
