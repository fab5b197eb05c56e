import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findingsIn } from '../../../src/adapters/mongo/measure.ts';

const GOOD = {
  version: '8.0.4',
  replicaSet: 'rs0',
  members: 3,
  majorityBehindMs: 12,
  clock: { offsetMs: -40, uncertaintyMs: 3 },
};

describe('what is found wanting of a MongoDB', () => {
  it('is nothing for a replica set of three whose majority is near', () => {
    assert.deepEqual(findingsIn(GOOD), []);
    assert.deepEqual(findingsIn({ ...GOOD, replicaSet: 'a sharded cluster', members: 1 }), []);
  });

  for (const [setting, got, given] of [
    ['version', '4.4.29', { version: '4.4.29' }],
    ['replica set', 'none: the server stands alone', { replicaSet: null, members: 1 }],
    ['replica set', '2 members', { members: 2 }],
    ['majority', '15000 ms behind the primary', { majorityBehindMs: 15_000 }],
    [
      'clock',
      "-2500 ms between the server's and this machine's, give or take 4 ms",
      { clock: { offsetMs: -2_500, uncertaintyMs: 4 } },
    ],
  ] as const) {
    it(`is the ${setting}: ${got}`, () => {
      const findings = findingsIn({ ...GOOD, ...given });
      assert.deepEqual(
        findings.map((finding) => [finding.setting, finding.got]),
        [[setting, got]],
      );
      assert.ok((findings[0]?.fix.length ?? 0) > 10);
    });
  }
});
