import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { serve } from '../gateway/serve.ts';
import { aRepository, git, temporaryFolder, write } from '../world/git.ts';
import { openWorld } from '../world/needs.ts';
import { type } from './host.ts';

const GATE = `checks:
  - {name: unit, run: npm test, retries: 1}
  - parallel:
      - {name: types, run: [npx, tsc], timeout: 10m}
      - {name: pages, run: "test -d web", needs: [types], paths: [web/], level: 2}
`;

describe('ghost gate', () => {
  it('shows the checks of a workspace in stages, from all sides, as a table and as JSON; the gateway too', async (test) => {
    const world = await openWorld();
    const { call } = await serve(test, { world });
    const repo = aRepository();
    write(repo, { 'ghost.yml': GATE });
    git(repo, 'commit', '-q', '-a', '-m', 'Another gate');
    const at = { needs: world.needs, cwd: repo };
    const added = await type(
      at,
      'workspace',
      'add',
      'app',
      '--repo',
      repo,
      '--check',
      'own=test -e ghost.yml',
    );
    assert.equal(added.exit, 0, added.stderr);

    const { exit, stdout } = await type(at, 'gate', 'show');
    assert.equal(exit, 0);
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((row) => row.split(/ {2,}/).map((cell) => cell.trim()));
    assert.deepEqual(rows, [
      ['stage', 'check', 'asked by', 'does', 'limit', 'rules'],
      ['1', 'own', 'policy', 'test -e ghost.yml', '300 s', ''],
      ['2', 'unit', 'workspace', 'npm test', '300 s', 'one retry'],
      ['3', 'types', 'workspace', 'npx tsc', '600 s', ''],
      ['3', 'pages', 'workspace', 'test -d web', '300 s', 'needs types; only for web/; level 2'],
    ]);
    const told = JSON.parse((await type(at, 'gate', 'show', 'app', '--json')).stdout);
    const answer = await call('GET', '/api/v1/workspaces/app/gate', { as: await world.token('viewer') });
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.body, told);
    assert.equal(told.stages[2][1].argv.at(-1), 'test -d web');

    write(repo, { 'ghost.yml': 'checks: [{name: online, run: test 1, network: host}]\n' });
    git(repo, 'commit', '-q', '-a', '-m', 'What nobody granted');
    const refused = await type(at, 'gate', 'show', 'app');
    assert.equal(refused.exit, 7);
    assert.match(refused.stdout, /app has no gate: check online asks for the network of the host/);
  });

  it('reads a file before it is committed, with nothing opened', async () => {
    const cwd = temporaryFolder('gate');
    write(cwd, {
      'ghost.yml': GATE,
      broken: 'checks: [{name: a, rnu: x}]',
      idle: 'checks: [{name: a, run: "true"}]',
      none: 'checks: []',
    });
    const good = await type({ cwd }, 'gate', 'check', 'ghost.yml');
    assert.deepEqual([good.exit, good.stderr], [0, 'ghost.yml can be used: 3 checks\n']);
    const judged = await Promise.all(
      ['broken', 'idle', 'none', 'nothing'].map((file) => type({ cwd }, 'gate', 'check', file)),
    );
    assert.deepEqual(
      judged.map(({ exit }) => exit),
      [2, 2, 0, 2],
    );
    for (const [index, says] of [
      /broken, checks\[0\]: unknown key `rnu`; did you mean `run`/,
      /Check a cannot fail: `true` never fails/,
      /none asks for nothing/,
      /nothing: ENOENT/,
    ].entries())
      assert.match(judged[index]?.stderr ?? '', says);
    assert.equal(
      JSON.parse(
        (await type({ cwd: join(cwd, '..') }, 'gate', 'check', join(cwd, 'ghost.yml'), '--json')).stdout,
      ).stages.length,
      2,
    );
  });
});
