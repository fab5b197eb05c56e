import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeenSignatures } from '../../src/slack/seen-signatures.ts';

test('a signature is new once, and again after it has lapsed', () => {
  const seen = new SeenSignatures();
  assert.equal(seen.remember('a', 1000, 500), 'new');
  assert.equal(seen.remember('a', 1000, 600), 'seen');
  assert.equal(seen.remember('a', 1000, 1000), 'seen');
  assert.equal(seen.remember('b', 1000, 600), 'new');
  assert.equal(seen.remember('a', 2000, 1001), 'new');
});

test('a full memory forgets what has lapsed, and nothing that could still be replayed', () => {
  const seen = new SeenSignatures(2);
  seen.remember('a', 100, 0);
  seen.remember('b', 200, 0);
  assert.equal(seen.remember('c', 300, 50), 'full');
  assert.equal(seen.remember('c', 300, 101), 'new');
  assert.equal(seen.remember('b', 200, 101), 'seen');
});
