import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { pauseWorkspace } from '../../src/app/pause-workspace.ts';
import { sayWorktree } from '../../src/cli/patch-text.ts';
import { serve } from '../gateway/serve.ts';
import { creating } from '../world/diffs.ts';
import { type Terminal, type } from './host.ts';

async function atGateway(test: TestContext) {
  const served = await serve(test);
  await served.world.workspace('main');
  const terminal: Terminal = { url: served.url, token: await served.world.token('operator') };
  return { terminal, needs: served.world.needs };
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
    assert.match(stdout, /^main +main +0 +0 +0 +paused +free$/m);
    assert.ok(stdout.includes(`\nmain is paused: ${reason}\n`), stdout);
    const open = await type({ ...terminal, token: null }, 'status', '--json');
    assert.equal(JSON.parse(open.stdout).health, 'degraded');
    assert.ok(!open.stdout.includes('rewritten'));
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
  assert.equal(sayWorktree('followed'), 'followed');
  assert.match(sayWorktree('behind'), /\.git\/index\.lock.*the next landing brings it on/);
});
