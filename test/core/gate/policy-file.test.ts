import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readPolicyFile, rulesOf } from '../../../src/core/gate/policy-file.ts';

const REFUSED: readonly (readonly [problem: string, data: unknown, says: RegExp])[] = [
  ['another version', { version: 2 }, /version: expected 1, got the number 2/],
  ['an isolation level that does not exist', { minimumIsolation: 4 }, /expected 0, 1, 2 or 3/],
  ['an isolation level as text', { minimumIsolation: '2' }, /got `2`/],
  ['a slip', { minimalIsolation: 2 }, /did you mean `minimumIsolation`/],
  ['a rung that does not exist', { loosestRung: 'fuzz' }, /loosestRung: expected one of exact, line-ends/],
  ['an absolute path', { allowPaths: ['/etc'] }, /allowPaths\[0\]: `\/etc` leaves the tree/],
  ['a path upwards', { allowPaths: ['a/../../b'] }, /leaves the tree/],
  ['a workspace with a forbidden name', { workspaces: { system: {} } }, /`system` cannot be the name/],
  [
    'a slip inside a workspace',
    { workspaces: { main: { checkz: [] } } },
    /workspaces\.main: unknown key `checkz`; did you mean `checks`/,
  ],
  [
    'a check named like one for all',
    {
      checks: [{ name: 'a', run: 'x' }],
      workspaces: { main: { checks: [{ name: 'a', run: 'y' }] } },
    },
    /workspaces\.main\.checks\[0\]\.name: `a` is the name of a check for all/,
  ],
];

describe('readPolicyFile', () => {
  it('demands nothing when the file is empty', () => {
    assert.deepEqual(rulesOf(readPolicyFile(null, 'policy.yml'), 'main'), {
      checks: [],
      approvals: [],
      minimumIsolation: 0,
      allowPaths: [],
      loosestRung: 'gap',
      grants: { network: false, secrets: [], hosts: [], privateHosts: [] },
      whenBaseFails: 'fail',
      reuseVerdicts: true,
    });
  });

  it('gives a workspace the checks for all first, then its own, and nothing of the others', () => {
    const policy = readPolicyFile(
      {
        version: 1,
        minimumIsolation: 2,
        allowPaths: ['.github/'],
        checks: [{ name: 'secrets', run: 'scan' }],
        workspaces: {
          main: { checks: [{ name: 'test', run: 'npm test' }], allowPaths: ['ghost.yml'] },
          other: { checks: [{ name: 'build', run: 'make' }] },
        },
      },
      'policy.yml',
    );
    const rules = rulesOf(policy, 'main');
    assert.deepEqual(
      rules.checks.map(({ name, source }) => `${source} ${name}`),
      ['policy secrets', 'policy test'],
    );
    assert.equal(rules.minimumIsolation, 2);
    assert.deepEqual(rules.allowPaths, ['.github/', 'ghost.yml']);
    assert.deepEqual(
      rulesOf(policy, 'unheard-of').checks.map(({ name }) => name),
      ['secrets'],
    );
  });

  it('takes the stricter of two rungs', () => {
    const workspaces = { lax: { loosestRung: 'gap' }, strict: { loosestRung: 'exact' }, plain: {} };
    const policy = readPolicyFile({ loosestRung: 'indent', workspaces }, 'policy.yml');
    const rungs = ['lax', 'strict', 'plain', 'unheard-of'].map((name) => rulesOf(policy, name).loosestRung);
    assert.deepEqual(rungs, ['indent', 'exact', 'indent', 'indent']);
  });

  for (const [problem, data, says] of REFUSED) {
    it(`refuses ${problem}`, () => {
      assert.throws(() => readPolicyFile(data, 'policy.yml'), { code: 'gate_file_invalid', message: says });
    });
  }

  it('has rules about approvals for all workspaces, and more of them for single ones', () => {
    const data = {
      approvals: [{ name: 'all' }],
      workspaces: { main: { approvals: [{ name: 'own', count: 2 }] } },
    };
    const rulesFor = (name: string) =>
      rulesOf(readPolicyFile(data, 'policy.yml'), name).approvals.map(({ name: rule, count }) => [
        rule,
        count,
      ]);
    assert.deepEqual(rulesFor('other'), [['all', 1]]);
    assert.deepEqual(rulesFor('main'), [
      ['all', 1],
      ['own', 2],
    ]);
  });
});
