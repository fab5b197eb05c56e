import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Check, CheckSource } from '../../../src/core/gate/check.ts';
import { assembleGate } from '../../../src/core/gate/gate.ts';
import { aCheck } from '../../world/checks.ts';

describe('assembleGate', () => {
  it('puts the policy first and keeps each side in its own order', () => {
    const gate = gateOf([check('b', 'policy'), check('a', 'policy')], [check('b', 'workspace')]);
    assert.deepEqual(
      gate.checks.map(({ name, source }) => `${source} ${name}`),
      ['policy b', 'policy a', 'workspace b'],
    );
  });

  it('gives the same fingerprint to the same checks and another to any other gate', () => {
    const gates = [
      gateOf([check('a', 'policy')], []),
      gateOf([], [check('a', 'workspace')]),
      gateOf([{ ...check('a', 'policy'), timeoutMs: 1001 }], []),
      gateOf([check('a', 'policy', 'make')], []),
      gateOf([check('a', 'policy'), check('b', 'policy')], []),
      gateOf([check('b', 'policy'), check('a', 'policy')], []),
    ];
    assert.equal(new Set(gates.map(({ fingerprint }) => fingerprint)).size, gates.length);
    const { timeoutMs, ...rest } = check('a', 'policy');
    assert.equal(gateOf([{ timeoutMs, ...rest }], []).fingerprint, gates[0]?.fingerprint);
  });

  it('refuses a vacuous check of either side even beside real ones', () => {
    const vacuous = check('v', 'workspace', 'npm test || true');
    const expected = { kind: 'vacuous', check: vacuous, why: '`|| true` hides every failure' };
    assert.deepEqual(assembleGate([check('a', 'policy')], [vacuous]), expected);
    assert.deepEqual(assembleGate([vacuous], [check('a', 'policy')]), expected);
  });

  it('makes no gate out of nothing', () => {
    assert.equal(assembleGate([], []).kind, 'nothing-can-fail');
  });
});

function check(name: string, source: CheckSource, script = 'npm test'): Check {
  return aCheck(script, { name, source });
}

function gateOf(policy: readonly Check[], workspace: readonly Check[]) {
  const assembled = assembleGate(policy, workspace);
  assert.ok(assembled.kind === 'gate');
  return assembled.gate;
}
