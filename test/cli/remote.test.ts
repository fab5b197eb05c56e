import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { cancelPatch } from '../../src/app/cancel-patch.ts';
import { serve } from '../gateway/serve.ts';
import { creating } from '../world/diffs.ts';
import { temporaryFolder } from '../world/git.ts';
import { eventually } from '../world/processes.ts';
import { type Terminal, type } from './host.ts';

/** A terminal at a real gateway that has one workspace and no runner. */
async function atGateway(t: TestContext, role: 'operator' | 'author' | 'viewer' = 'operator') {
  const served = await serve(t);
  await served.world.workspace('main');
  const cwd = temporaryFolder('cli');
  t.after(() => rmSync(cwd, { recursive: true }));
  const terminal: Terminal = { url: served.url, token: await served.world.token(role), cwd };
  return { terminal, served, cwd };
}

describe('the command line at a service', () => {
  it('submits a file and answers with the receipt alone', async (t) => {
    const { terminal, cwd } = await atGateway(t);
    writeFileSync(join(cwd, 'a.diff'), creating('a.txt'));
    const { exit, stdout, stderr } = await type(terminal, 'submit', 'a.diff', '--title', 'Add a', '--json');
    assert.equal(exit, 0);
    const receipt = JSON.parse(stdout);
    assert.deepEqual(
      [receipt.workspace, receipt.title, receipt.state, receipt.repeated, receipt.author],
      ['main', 'Add a', 'queued', false, 'operator'],
    );
    assert.match(stderr, new RegExp(`^${receipt.id} accepted for main\n$`));
  });

  it('submits standard input, says when it was there before, and makes a new one when told to', async (t) => {
    const { terminal } = await atGateway(t);
    const piped = { ...terminal, stdin: creating('a.txt') };
    const ids = [];
    for (const more of [[], [], ['--force'], ['--idempotency-key', 'k']]) {
      const { stdout } = await type(piped, 'submit', '-', '--json', ...more);
      ids.push(JSON.parse(stdout).id);
    }
    assert.equal(ids[1], ids[0]);
    assert.equal(new Set(ids).size, 3);
    const other = { ...terminal, stdin: creating('b.txt') };
    const conflict = await type(other, 'submit', '-', '--idempotency-key', 'k');
    assert.deepEqual([conflict.exit, conflict.stdout], [6, '']);
  });

  it('lists, shows and cancels', async (t) => {
    const { terminal } = await atGateway(t);
    const empty = await type(terminal, 'queue');
    assert.deepEqual([empty.exit, empty.stdout], [0, '']);
    const { id } = JSON.parse(
      (await type({ ...terminal, stdin: creating('a') }, 'submit', '-', '--json')).stdout,
    );
    assert.match((await type(terminal, 'queue')).stdout, new RegExp(`${id}  main       queued`));
    const cancelled = await type(terminal, 'cancel', id, '--json');
    assert.deepEqual([cancelled.exit, JSON.parse(cancelled.stdout).state], [0, 'cancelled']);
    assert.deepEqual(JSON.parse((await type(terminal, 'queue', '--json')).stdout), {
      patches: [],
      next: null,
    });
    assert.match((await type(terminal, 'queue', '--all')).stdout, /cancelled/);
    assert.match((await type(terminal, 'show', id)).stdout, /by operator/);
    assert.equal((await type(terminal, 'show', id, '--diff')).stdout, creating('a'));
    const evidence = JSON.parse((await type(terminal, 'show', id, '--evidence', '--json')).stdout);
    assert.deepEqual([evidence.entries[0].type, evidence.entries[0].subject], ['patch.accepted', id]);
    const again = await type(terminal, 'cancel', id);
    assert.deepEqual([again.exit, again.stdout], [6, '']);
    const retried = await type(terminal, 'retry', id, '--json');
    assert.deepEqual(JSON.parse(retried.stdout).lineage, { kind: 'retries', patch: id });
    assert.equal((await type(terminal, 'revert', id)).exit, 6);
  });

  it('says what is wrong, what to do and where, on standard error', async (t) => {
    const { terminal } = await atGateway(t);
    const unknown = await type(terminal, 'show', 'p_01JD0000000000000000000000');
    assert.deepEqual([unknown.exit, unknown.stdout], [7, '']);
    assert.match(unknown.stderr, /^ghost: There is no patch p_01JD0000000000000000000000\.\nhint: /);
    const torn = { ...terminal, stdin: '--- a/x\n+++ b/x\n@@ -1 +1 @@\n?what\n' };
    const unparsable = await type(torn, 'submit', '-', '--json');
    assert.deepEqual([unparsable.exit, unparsable.stdout], [5, '']);
    const problem = JSON.parse(unparsable.stderr);
    assert.equal(problem.code, 'patch_unparsable');
    assert.ok(
      problem.faults.length > 0 &&
        problem.faults.every((fault: { patchLine: number }) => fault.patchLine > 0),
    );
  });

  it('tells a missing token, a wrong one and a role that is too small', async (t) => {
    const { terminal } = await atGateway(t, 'viewer');
    assert.equal((await type({ ...terminal, token: null }, 'queue')).exit, 4);
    assert.equal((await type({ ...terminal, token: 'nonsense' }, 'queue')).exit, 4);
    assert.equal((await type(terminal, 'queue')).exit, 0);
    const { exit, stderr } = await type({ ...terminal, stdin: creating('a') }, 'submit', '-');
    assert.equal(exit, 4);
    assert.match(stderr, /needs the role author; this token has viewer/);
  });

  it('follows a patch to its end and tells it by the exit code', async (t) => {
    const { terminal, served } = await atGateway(t);
    const waiting = type({ ...terminal, stdin: creating('a') }, 'submit', '-', '--wait', '--json');
    const { needs } = served.world;
    const [patch] = await eventually('the patch', async () => {
      const patches = await needs.ledger.list({ limit: 1 });
      return patches.length > 0 && patches;
    });
    await cancelPatch(needs, { id: patch?.id ?? '', actor: 'someone else', role: 'admin' });
    const { exit, stdout, stderr } = await waiting;
    assert.equal(exit, 3);
    assert.equal(JSON.parse(stdout).state, 'cancelled');
    assert.match(stderr, /accepted\n\S+ cancelled\n$/);
  });

  it('stops waiting when the time is up, with the exit code for a patch that is not over', async (t) => {
    const { terminal } = await atGateway(t);
    const piped = { ...terminal, stdin: creating('a') };
    const { exit, stderr } = await type(piped, 'submit', '-', '--wait', '--timeout', '200ms');
    assert.equal(exit, 8);
    assert.match(stderr, /stopped waiting after 200 ms/);
  });

  it('shows the whole picture', async (t) => {
    const { terminal } = await atGateway(t);
    const { exit, stdout } = await type(terminal, 'status');
    assert.equal(exit, 0);
    assert.match(stdout, /ledger +required +healthy +\d+ ms +ledger, leaser/);
    assert.match(stdout, /main +main +0 +0 +0 +no runner +none +free/);
    assert.ok('workspaces' in JSON.parse((await type(terminal, 'status', '--json')).stdout));
  });
});
