import assert from 'node:assert/strict';
import { test } from 'node:test';
import { areCompatible, versionMix } from '../../src/core/version.ts';

test('versions are compatible by major and minor number while the major one is 0, and by the major one after that', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['0.1.0', '0.1.9', true],
    ['0.1.0', '0.2.0', false],
    ['1.0.0', '1.7.2', true],
    ['1.0.0', '2.0.0', false],
    ['0.1.0', '1.1.0', false],
    ['0.1.0-rc.1', '0.1.0', true],
    ['odd', 'odd', true],
    ['odd', '0.1.0', false],
  ];
  for (const [one, other, expected] of cases) {
    assert.equal(areCompatible(one, other), expected, `${one} and ${other}`);
    assert.equal(areCompatible(other, one), expected, `${other} and ${one}`);
  }
});

test('a mix of versions is told in words, and what it means', () => {
  assert.equal(versionMix([]), null);
  assert.equal(versionMix(['0.1.0', '0.1.0']), null);
  assert.deepEqual(versionMix(['0.1.1', '0.1.0', '0.1.1']), {
    words: 'versions 0.1.0 and 0.1.1 run side by side',
    compatible: true,
  });
  assert.deepEqual(versionMix(['0.3.0', '0.1.0', '0.2.0']), {
    words:
      'versions 0.1.0, 0.2.0 and 0.3.0 run side by side; those that differ so much do not call each other',
    compatible: false,
  });
});
