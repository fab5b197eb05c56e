import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { serve } from '../gateway/serve.ts';
import { aRepository, patchOf } from '../world/git.ts';
import { openWorld } from '../world/needs.ts';
import { type } from './host.ts';

describe('the command line of people', () => {
  it('approves, freezes, thaws, sets the mode and turns down, and tells each', async (t) => {
    const world = await openWorld();
    const { url } = await serve(t, { world });
    const repo = aRepository();
    const as = async (role: 'author' | 'operator', name: string) => ({
      ...{ url, needs: world.needs },
      token: await world.token(role, name),
    });
    const [eve, opal] = [await as('author', 'eve'), await as('operator', 'opal')];
    assert.equal((await type(opal, 'workspace', 'add', 'alpha', '--repo', repo)).exit, 0);
    const locked = await type(opal, 'workspace', 'mode', 'alpha', 'manual', '--reason', 'holidays');
    assert.match(locked.stdout, /mode +manual, ordered by someone: holidays at /);

    const stdin = patchOf(repo, { 'a.txt': 'a\n' });
    const sent = await type({ ...eve, stdin }, 'submit', '-', '--phase', 'P14', '--json');
    const { id } = JSON.parse(sent.stdout);
    const unseen = await type(opal, 'approve', id, '--effect', '1'.repeat(64));
    assert.match(unseen.stderr, /would do something else by now/);
    const approved = await type(opal, 'approve', id);
    assert.equal(approved.exit, 0, approved.stderr);
    assert.match(approved.stdout, /phase +P14/);
    assert.match(approved.stdout, /approved by opal on [0-9a-f]{40}: a\.txt/);
    assert.equal((await type(eve, 'approve', id)).exit, 4);

    const frozen = await type(opal, 'freeze', 'P14', '--reason', 'measured');
    assert.match(frozen.stdout, /P14 +1 +0 +0 +0 +by opal at .*: measured/);
    const status = await type(opal, 'status');
    assert.match(status.stdout, /phase P14 is frozen, ordered by opal: measured/);
    assert.match(status.stdout, /alpha is in mode manual, ordered by someone: holidays/);
    assert.match((await type(eve, 'phases')).stdout, /P14/);
    assert.match((await type(opal, 'thaw', 'P14')).stdout, /P14 .* no/);
    assert.equal((await type(opal, 'thaw', 'P14')).exit, 6);

    const rejected = await type(opal, 'reject', id, '--reason', 'not now');
    assert.match(rejected.stdout, /opal turned it down: not now/);
    assert.equal((await type(opal, 'reject', id, '--reason', 'again')).exit, 6);
  });

  it('answers what a role may do by exit code and in words', async () => {
    const asked = async (...words: readonly string[]) => {
      const { exit, stdout, stderr } = await type({}, 'can', ...words);
      return [exit, (stdout || stderr).split('\n')[0]];
    };
    assert.deepEqual(await asked('approver', 'approve'), [
      0,
      'yes: Approving a patch needs the role approver; this is approver',
    ]);
    assert.deepEqual(await asked('approver', 'workspace', 'pause'), [
      4,
      'no: Pausing a workspace needs the role operator; this is approver',
    ]);
    assert.equal((await asked('viewer', 'health'))[0], 0);
    assert.match(`${await asked('autor', 'submit')}`, /^2.*did you mean author/);
    assert.match(`${await asked('author', 'aprove')}`, /^2.*did you mean approve/);
    const { stdout } = await type({}, '--json', 'can', 'admin', 'token', 'create');
    assert.deepEqual(JSON.parse(stdout), {
      ...{ role: 'admin', command: 'token create', act: 'issue-token', needs: 'admin', may: true },
    });
  });
});
