import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Check } from '../../../src/core/gate/check.ts';
import { planGate, runsOwnChecks } from '../../../src/core/gate/plan.ts';
import type { Path } from '../../../src/core/git.ts';
import { aCheck } from '../../world/checks.ts';

describe('planGate', () => {
  it('keeps stages apart by their number and by the side that asked', () => {
    assert.deepEqual(
      stages(
        [a('p'), a('q', { stage: 1 }), a('r', { stage: 1, source: 'policy' }), a('s', { source: 'patch' })],
        ['x'],
      ),
      [['p'], ['q'], ['r'], ['s']],
    );
    assert.deepEqual(stages([a('p'), a('q'), a('r', { stage: 1 })], ['x']), [['p', 'q'], ['r']]);
  });

  it('leaves out a check for paths that are not touched, and says why', () => {
    const checks = [a('web', { paths: ['web/', '*.css'] }), a('all', { stage: 1 })];
    assert.deepEqual(stages(checks, ['docs/a.md']), [['all']]);
    assert.deepEqual(planGate(checks, ['docs/a.md' as Path]).skipped, [
      { check: 'web', source: 'workspace', why: 'no path that web/, *.css matches is touched' },
    ]);
    assert.deepEqual(stages(checks, ['docs/a.md', 'web/deep/x']), [['web'], ['all']]);
  });

  it('reads paths as text, in which a glob is written', () => {
    const path = Buffer.from('größe/ä.md').toString('latin1');
    assert.deepEqual(stages([a('doc', { paths: ['größe/?.md'] })], [path]), [['doc']]);
  });

  it('runs a check that another one needs, and what that one needs', () => {
    const checks = [
      a('install', { paths: ['lock'] }),
      a('build', { paths: ['lock'], needs: ['install'], stage: 1 }),
      a('build', { paths: ['lock'], source: 'policy', stage: 1 }),
      a('test', { needs: ['build'], stage: 2 }),
    ];
    assert.deepEqual(stages(checks, ['a']), [['install'], ['build'], ['test']]);
    assert.equal(planGate(checks, ['a' as Path]).skipped[0]?.source, 'policy');
  });

  it('is no gate where only checks of the patch are left', () => {
    const brought = a('mine', { source: 'patch' });
    assert.equal(runsOwnChecks(planGate([a('web', { paths: ['web/'] }), brought], ['a' as Path])), false);
    assert.equal(runsOwnChecks(planGate([a('web'), brought], ['a' as Path])), true);
  });
});

function a(name: string, given: Partial<Omit<Check, 'task'>> = {}): Check {
  return aCheck('x', { name, ...given });
}

function stages(checks: readonly Check[], touched: readonly string[]) {
  return planGate(checks, touched as readonly Path[]).stages.map((stage) => stage.map(({ name }) => name));
}
