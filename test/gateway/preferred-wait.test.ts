import assert from 'node:assert/strict';
import { test } from 'node:test';
import { preferredWait } from '../../src/gateway/preferred-wait.ts';

test('the wait is read from a Prefer header among other preferences, and is 8 s at most', () => {
  for (const [header, seconds] of [
    ['wait=5', 5],
    ['respond-async, wait=3', 3],
    ['Wait = "2"; foo', 2],
    ['wait=8', 8],
    ['wait=100000', 8],
    ['wait=0', 0],
  ] as const)
    assert.equal(preferredWait(header), seconds, header);
});

test('a preference that cannot be understood is ignored, as RFC 7240 asks', () => {
  for (const header of [undefined, '', 'wait', 'wait=', 'wait=-1', 'wait=1.5', 'await=5', 'wait=5s'])
    assert.equal(preferredWait(header), null, header);
});
