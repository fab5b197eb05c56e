import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { aRepository, patchOf } from '../world/git.ts';
import { installationSettings } from '../world/installation.ts';
import { bareEnvironment } from '../world/processes.ts';

const SCRIPTS: Readonly<Record<string, RegExp>> = {
  'patch-executor.js': /ghost apply FILE/,
  'processor.js': /ghost submit --wait FILE/,
  'health-aggregator.js': /ghost health/,
  'metrics/collect-resource.js': /ghost resources/,
  'hooks/patch-validation-loop.js': /ghost apply --check FILE/,
  'hooks/role-aware-router.js': /ghost can ROLE COMMAND/,
};

function run(
  script: string,
  argv: readonly string[],
  more: { home?: string; input?: string; cwd?: string } = {},
) {
  const settings = more.home === undefined ? {} : { ...installationSettings(more.home) };
  return spawnSync(
    process.execPath,
    [fileURLToPath(new URL(`../../scripts/${script}`, import.meta.url)), ...argv],
    {
      env: { ...bareEnvironment(), ...settings },
      input: more.input ?? '',
      encoding: 'utf8',
      ...(more.cwd === undefined ? {} : { cwd: more.cwd }),
    },
  );
}

describe('the scripts under their old names', () => {
  it('each tell in their help which command they are', () => {
    for (const [script, says] of Object.entries(SCRIPTS)) {
      const { status, stdout, stderr } = run(script, ['--help']);
      assert.deepEqual([status, stderr], [0, ''], script);
      assert.match(stdout, new RegExp(`^Usage: node scripts/${script} `));
      assert.match(stdout, says);
    }
  });

  it('are that command, with its output and its exit code', (t) => {
    const home = installationSettings().GHOST_HOME ?? '';
    const repo = aRepository();
    t.after(() => {
      for (const folder of [home, repo]) rmSync(folder, { recursive: true, force: true });
    });
    const input = patchOf(repo, { 'greeting.txt': 'hello\nthere\n' });
    const fits = run('hooks/patch-validation-loop.js', ['-', '--json'], { home, input, cwd: repo });
    assert.deepEqual([fits.status, JSON.parse(fits.stdout).kind], [0, 'fits'], fits.stderr);
    const faulty = run('hooks/patch-validation-loop.js', ['-', '--json'], {
      home,
      input: input.replace('-world', '-World'),
      cwd: repo,
    });
    assert.deepEqual([faulty.status, JSON.parse(faulty.stdout).kind], [5, 'faulty'], faulty.stderr);
    const { repair } = JSON.parse(faulty.stdout);
    assert.equal(repair.faults[0].code, 'hunk_not_found');
    assert.match(repair.text, /\n {5}-World\n[\s\S]*Send all of it again, repaired\.$/);
    const health = run('health-aggregator.js', ['--json'], { home });
    assert.deepEqual(
      [health.status, JSON.parse(health.stdout).health],
      [1, 'unknown'],
      'nothing runs, so nothing is known',
    );
    const sample = run('metrics/collect-resource.js', ['--json'], { home });
    assert.ok(JSON.parse(sample.stdout).memory.totalBytes > 0, sample.stderr);
    assert.equal(run('processor.js', ['-'], { home, input }).status, 10);
  });
});
