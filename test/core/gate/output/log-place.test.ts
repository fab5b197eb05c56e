import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LOG_BEGINS, movedTo, readPlace, sayPlace } from '../../../../src/core/gate/output/log-place.ts';

test('a place in the logs of runs side by side is said in a word and read again', () => {
  let place = movedTo(LOG_BEGINS, 1, 0);
  place = movedTo(movedTo(place, 2, 5), 1, 1200);
  assert.equal(sayPlace(place), '1~1.1200~2.5');
  place = movedTo(place, 2, Number.POSITIVE_INFINITY);
  assert.equal(sayPlace(place), '1~1.1200~2');
  assert.deepEqual(readPlace(sayPlace(place)), place);
  assert.equal(sayPlace(movedTo(place, 1, Number.POSITIVE_INFINITY)), '3');
});

test('other words are no place', () => {
  for (const text of ['', 'x', '1~', '-1', '1~2.x', '1.5', `1${'~1.1'.repeat(101)}`])
    assert.equal(readPlace(text), null, text);
});
