import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Check } from '../../../src/core/gate/check.ts';
import type { CommandTask } from '../../../src/core/gate/tasks/command.ts';
import { whatGetsWeaker } from '../../../src/core/gate/weaker.ts';
import { aCheck } from '../../world/checks.ts';

type Given = Partial<Omit<Check, 'task'>> & {
  readonly run?: string | readonly string[];
  readonly task?: Partial<CommandTask>;
};

function check({ run = ['npm', 'test'], task = {}, ...given }: Given): Check {
  const plain = aCheck(run, { name: 'unit', ...given });
  return { ...plain, task: { ...plain.task, ...task } };
}

const SAYS: readonly (readonly [string, Given, Given, string | null])[] = [
  ['the same', {}, {}, null],
  ['another command', {}, { run: ['true-ish'] }, 'runs ["true-ish"] instead of ["npm","test"]'],
  ['a longer time', { timeoutMs: 60_000 }, { timeoutMs: 90_000 }, 'may take 90 s instead of 60 s'],
  ['a shorter time', { timeoutMs: 60_000 }, { timeoutMs: 30_000 }, null],
  ['more retries', { retries: 1 }, { retries: 3 }, 'may fail 3 times instead of 1'],
  ['fewer retries', { retries: 1 }, {}, null],
  ['paths where there were none', {}, { paths: ['src/'] }, 'is run only for src/'],
  ['no paths where there were some', { paths: ['src/'] }, {}, null],
  [
    'fewer paths',
    { paths: ['src/', 'web/'] },
    { paths: ['src/'] },
    'is not run for web/ any more, only for src/',
  ],
  ['more paths', { paths: ['src/'] }, { paths: ['src/', 'web/'] }, null],
  ['a lower level', { level: 3 }, { level: 1 }, 'runs at isolation level 1 instead of 3'],
  ['a higher level', { level: 1 }, { level: 3 }, null],
  ['a need less', { needs: ['build', 'lint'] }, { needs: ['lint'] }, 'needs build no more'],
  ['no dependencies', {}, { task: { dependencies: false } }, 'sees no dependencies any more'],
  ['the network', {}, { task: { network: 'host' } }, 'reaches the network'],
  ['the network no more', { task: { network: 'host' } }, {}, 'has no network any more'],
  [
    'other variables',
    { task: { env: { A: '1', B: '1' } } },
    { task: { env: { A: '2', B: '1' }, secrets: ['TOKEN'] } },
    'is given other variables: A, TOKEN',
  ],
];

describe('whatGetsWeaker', () => {
  for (const [what, before, after, says] of SAYS)
    it(`${says === null ? 'is silent about' : 'tells'} ${what}`, () =>
      assert.deepEqual(
        whatGetsWeaker([check(before)], [check(after)]),
        says === null ? [] : [`check unit ${says}`],
      ));

  it('tells what is removed, renamed too, and not what is added or moved', () => {
    const [lint, unit, docs] = ['lint', 'unit', 'docs'].map((name) => check({ name })) as [
      Check,
      Check,
      Check,
    ];
    assert.deepEqual(whatGetsWeaker([lint, unit], [docs, unit, lint]), []);
    assert.deepEqual(whatGetsWeaker([lint, unit], [check({ name: 'units' })]), [
      'check lint is removed',
      'check unit is removed',
    ]);
  });

  it('tells everything of one check', () => {
    const after = check({ retries: 2, level: 0, paths: ['a'] });
    assert.equal(whatGetsWeaker([check({ level: 2 })], [after]).length, 3);
  });
});
