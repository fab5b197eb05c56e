import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { View } from '../../../src/adapters/mongo/decide/view.ts';

describe('what is known of a ledger', () => {
  it('grows also with what is known not to be there', () => {
    const view = new View();
    for (let n = 0; n < 100; n += 1) view.load({ table: 'patches', field: '_id', value: `P${n}` }, []);
    assert.equal(view.one('patches', 'P7'), null);
    assert.equal(view.size, 100);
  });
});
