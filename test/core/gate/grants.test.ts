import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Check } from '../../../src/core/gate/check.ts';
import { readChecks } from '../../../src/core/gate/gate-file.ts';
import { whyNotGranted } from '../../../src/core/gate/grants.ts';
import { readPolicyFile, rulesOf } from '../../../src/core/gate/policy-file.ts';

const SPOT = { file: 'ghost.yml', path: 'checks' };

function check(given: object, source: Check['source'] = 'workspace'): Check {
  const [read] = readChecks([{ name: 'a', run: 'x', ...given }], SPOT, source);
  assert.ok(read);
  return read;
}

describe('what a command asks for', () => {
  it('is left out where it is the usual', () => {
    const plain = check({ network: 'none', dependencies: true, env: {}, secrets: [] });
    assert.deepEqual(plain, check({}));
    assert.deepEqual(check({ network: 'host', dependencies: false, env: { A: '' }, secrets: ['B'] }).task, {
      ...{ kind: 'command', command: { kind: 'script', script: 'x' } },
      ...{ network: 'host', env: { A: '' }, secrets: ['B'], dependencies: false },
    });
  });

  const refused: readonly (readonly [string, object, RegExp])[] = [
    [
      'a network of another kind',
      { network: 'lan' },
      /checks\[0\]\.network: expected `none` or `host`, got `lan`/,
    ],
    [
      'a number as a variable',
      { env: { A: 1 } },
      /env\.A: expected text, got the number 1; put it in quotes/,
    ],
    ['a variable that is ours', { env: { PATH: '/x' } }, /env\.PATH: `PATH` is set for every check/],
    ['a variable of ours to come', { env: { GHOST_X: '' } }, /`GHOST_X` is set for every check/],
    ['code for the loader', { env: { LD_PRELOAD: 'x.so' } }, /`LD_PRELOAD` changes how programs are started/],
    ['a name that is none', { env: { 'A-B': '' } }, /`A-B` is no name of a variable/],
    ['a secret with a path', { secrets: ['../KEY'] }, /secrets\[0\]: `\.\.\/KEY` is no name/],
    ['a secret twice', { secrets: ['A', 'A'] }, /secrets\[1\]: `A` stands there twice/],
    ['a name as both', { env: { A: '' }, secrets: ['A'] }, /secrets\[0\]: `A` stands under `env` too/],
    ['a cache', { cache: ['node_modules'] }, /checks\[0\]\.cache: no directory is kept between runs/],
    ['half of the dependencies', { dependencies: 'no' }, /dependencies: expected true or false, got `no`/],
  ];
  for (const [what, given, says] of refused)
    it(`cannot be ${what}`, () => {
      assert.throws(() => check(given), { code: 'gate_file_invalid', message: says });
    });
});

describe('what the policy grants', () => {
  const rules = rulesOf(
    readPolicyFile(
      {
        grants: { secrets: ['A'] },
        workspaces: { main: { grants: { network: true, secrets: ['B', 'A'] } } },
      },
      'policy.yml',
    ),
    'main',
  );

  it('is what it grants to all and to the workspace', () => {
    assert.deepEqual(rules.grants, { network: true, secrets: ['A', 'B'], hosts: [], privateHosts: [] });
    assert.equal(whyNotGranted(check({ network: 'host', secrets: ['A', 'B'] }), rules.grants), null);
  });

  it('is all that a check of the repository has', () => {
    const none = { network: false, secrets: ['A'], hosts: [], privateHosts: [] };
    assert.match(whyNotGranted(check({ network: 'host' }), none) ?? '', /^check a asks for the network/);
    assert.match(
      whyNotGranted(check({ secrets: ['A', 'C'] }), none) ?? '',
      /asks for the secret C, .* \(`grants: \{secrets: \[C\]\}`\)$/,
    );
  });

  it('needs no word for what the policy itself asks for', () => {
    const own = check({ network: 'host', secrets: ['C'] }, 'policy');
    assert.equal(whyNotGranted(own, { network: false, secrets: [], hosts: [], privateHosts: [] }), null);
  });
});
