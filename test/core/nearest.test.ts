import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nearest } from '../../src/core/nearest.ts';

describe('the nearest name', () => {
  it('is found through a slip of the keys, and not through a different word', () => {
    const names = ['GHOST_HOME', 'GHOST_HOST', 'GHOST_LEASE_TTL'];
    assert.equal(nearest('GHOST_HOEM', names), 'GHOST_HOME');
    assert.equal(nearest('GHOST_LEASE', names), 'GHOST_LEASE_TTL');
    assert.equal(nearest('SOMETHING', names), null);
    assert.equal(nearest('GHOST_FOO', names), null);
    assert.equal(nearest('GHOST_HOME', []), null);
  });
});
