import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checksOfPatch } from '../../../src/core/gate/brought-checks.ts';
import type { Check } from '../../../src/core/gate/check.ts';
import { assembleGate } from '../../../src/core/gate/gate.ts';
import { aCheck } from '../../world/checks.ts';

const OWN = aCheck('npm test');

function brought(...names: readonly string[]): readonly Check[] {
  return checksOfPatch(names.map((name) => ({ name, script: 'make', span: { firstLine: 1, lastLine: 1 } })));
}

test('what a patch brings comes last, as its own, each under its own name', () => {
  const assembled = assembleGate([], [OWN], brought('test', 'build', 'build'));
  assert.ok(assembled.kind === 'gate');
  assert.deepEqual(
    assembled.gate.checks.map(({ name, source }) => `${source} ${name}`),
    ['workspace test', 'patch test', 'patch build', 'patch build (2)'],
  );
});

test('a patch only adds: without a gate there is none, whatever it brings', () => {
  assert.equal(assembleGate([], [], brought('test')).kind, 'nothing-can-fail');
});

test('another check of the patch makes another gate', () => {
  const prints = [[], brought('a'), brought('b')].map((checks) => {
    const assembled = assembleGate([], [OWN], checks);
    return assembled.kind === 'gate' ? assembled.gate.fingerprint : '';
  });
  assert.equal(new Set(prints).size, 3);
});
