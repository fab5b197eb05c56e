import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { pauseWorkspace } from '../../src/app/pause-workspace.ts';
import { sayWorktree } from '../../src/cli/patch-text.ts';
import type { LaneFacts } from '../../src/workers/runner/lane-facts.ts';
import { problemOfLanes } from '../../src/workers/runner/lane-problem.ts';
import { serve } from '../gateway/serve.ts';
import { creating } from '../world/diffs.ts';
import type { World } from '../world/needs.ts';
import { type Terminal, type } from './host.ts';

async function atGateway(test: TestContext) {
  const served = await serve(test);
  await served.world.workspace('main');
  const terminal: Terminal = { url: served.url, token: await served.world.token('operator') };
  return { terminal, needs: served.world.needs };
}

/** A runner's heartbeat, `sinceMs` from now. */
function says(
  needs: World['needs'],
  lane: Pick<LaneFacts, 'doing' | 'detail' | 'behind'>,
  sinceMs = 0,
): Promise<void> {
  const at = new Date(needs.clock.now() + sinceMs).toISOString();
  const lanes = [{ workspace: 'main', token: null, unattested: null, ...lane }];
  const problem = problemOfLanes(lanes);
  return needs.heartbeats.beat({
    ...{ component: 'runner', instance: 'runner-1', pid: 1, startedAt: at, at, sequence: 1 },
    ...{ status: 'degraded', staleAfterMs: 8_000, details: { lanes, problem } },
  });
}

describe('a line that stands still', () => {
  it('degrades the whole, and is told below the table with its reason', async (test) => {
    const { terminal, needs } = await atGateway(test);
    const before = await type(terminal, 'status');
    assert.match(before.stdout, /^overall +healthy/m);
    const reason = 'the branch was rewritten; `ghost workspace accept main --reason TEXT`';
    await pauseWorkspace(needs, { name: 'main', reason, actor: 'test' });
    const { stdout } = await type(terminal, 'status');
    assert.match(stdout, /^overall +degraded/m);
    assert.match(stdout, /^main +main +0 +0 +0 +paused +none +free$/m);
    assert.ok(stdout.includes(`\nmain is paused: ${reason}\n`), stdout);
    const open = await type({ ...terminal, token: null }, 'status', '--json');
    assert.equal(JSON.parse(open.stdout).health, 'degraded');
    assert.ok(!open.stdout.includes('rewritten'));
  });

  it('is told wherever somebody looks for it: with what its runner says, and only while that runner lives', async (test) => {
    const { terminal, needs } = await atGateway(test);
    const none = await type(terminal, 'status');
    assert.match(none.stdout, /^main +main +0 +0 +0 +no runner +none +free$/m);
    await says(needs, { doing: 'blocked', detail: 'repository locked: main.lock', behind: null });
    const { stdout } = await type(terminal, 'status');
    assert.match(stdout, /^runner +degraded +.* main is blocked: repository locked: main\.lock$/m);
    assert.match(stdout, /^main +main +0 +0 +0 +blocked +none +free$/m);
    assert.match(stdout, /^main is blocked: repository locked: main\.lock$/m);
    const shown = await type({ ...terminal, needs }, 'workspace', 'show', 'main');
    assert.match(shown.stdout, /^line +blocked: repository locked: main\.lock$/m);

    const waited = await type(
      { ...terminal, stdin: creating('a') },
      'submit',
      '-',
      '--wait',
      '--timeout',
      '1s',
    );
    assert.equal(waited.exit, 9);
    assert.match(waited.stderr, /^workspace main is blocked: repository locked: main\.lock$/m);
    const [id = ''] = /p_\w+/.exec(waited.stdout) ?? [];
    const patch = await type(terminal, 'show', id);
    assert.match(patch.stdout, /^waits +its workspace is blocked: repository locked: main\.lock$/m);
    assert.match(JSON.parse((await type(terminal, 'show', id, '--json')).stdout).waits, /^blocked: /);

    await says(needs, { doing: 'blocked', detail: 'long ago', behind: null }, -3_600_000);
    const stale = await type(terminal, 'status');
    assert.match(stale.stdout, /^main +main +1 +0 +0 +no runner /m);
  });

  it('is nothing to wait for somebody where it moves: the time is over, and that is all', async (test) => {
    const { terminal, needs } = await atGateway(test);
    await says(needs, { doing: 'landing', detail: null, behind: 'no route to host' });
    const waited = await type(
      { ...terminal, stdin: creating('a') },
      'submit',
      '-',
      '--wait',
      '--timeout',
      '1s',
    );
    assert.equal(waited.exit, 8);
    assert.ok(!waited.stderr.includes('workspace main'), waited.stderr);
    const { stdout } = await type(terminal, 'status');
    assert.match(stdout, /^the remote of main is behind: no route to host$/m);
  });
});

describe('a service that does not answer', () => {
  it('is to be started, or is being started again where a supervisor runs', async () => {
    const none = await type({}, 'queue');
    assert.equal(none.exit, 10);
    assert.match(none.stderr, /does not answer.*\nhint: Start it with `ghost up`/);
    const restarting = await type({ supervisor: 4711 }, 'queue');
    assert.equal(restarting.exit, 10);
    assert.match(
      restarting.stderr,
      /`ghost up` \(process 4711\) runs here, and starts it again\.\nhint: Try again/,
    );
  });
});

describe('a queue that is longer than what is shown', () => {
  it('says so on standard error, and says nothing where it is not', async (test) => {
    const { terminal } = await atGateway(test);
    for (const name of ['a', 'b', 'c'])
      await type({ ...terminal, stdin: creating(name) }, 'submit', '-', '--json');
    const some = await type(terminal, 'queue', '--limit', '2');
    assert.match(
      some.stderr,
      /only 2 are shown, those that are taken last, and there may be more before them/,
    );
    assert.equal((await type(terminal, 'queue', '--limit', '4')).stderr, '');
  });
});

it('a work tree that could not follow is told with what was in the way, and what brings it on', () => {
  assert.equal(sayWorktree('followed', false), 'followed');
  assert.match(sayWorktree('behind', true), /^behind: the remote did not take it yet/);
  assert.match(sayWorktree('behind', false), /\.git\/index\.lock.*the next landing brings it on/);
});
