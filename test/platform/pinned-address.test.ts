import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judgedAddresses, pinnedTo, type Resolve } from '../../src/platform/pinned-address.ts';

const PUBLIC = { address: '93.184.215.14', family: 4 };
const INSIDE = { address: '10.0.0.1', family: 4 };
const { signal } = new AbortController();

function judged(url: string, ...addresses: readonly (typeof PUBLIC)[]) {
  return judgedAddresses(new URL(url), { resolve: async () => addresses, signal });
}

describe('the addresses of a URL', () => {
  it('are judged together: one that is not public is told', async () => {
    assert.equal((await judged('http://example.org/', PUBLIC)).inside, null);
    assert.equal((await judged('http://example.org/', PUBLIC, INSIDE)).inside, INSIDE.address);
    assert.deepEqual((await judged('http://example.org/')).addresses, []);
  });

  it('are what the URL says where it names one, and nobody is asked', async () => {
    const resolve: Resolve = () => assert.fail('asked');
    const found = await judgedAddresses(new URL('http://[::1]:80/'), { resolve, signal });
    assert.deepEqual(found, { host: '::1', addresses: [{ address: '::1', family: 6 }], inside: '::1' });
  });

  it('are waited for no longer than wanted, though a name is resolved for ever', async () => {
    const never: Resolve = () => new Promise(() => undefined);
    const limit = new AbortController();
    const waiting = judgedAddresses(new URL('http://slow/'), { resolve: never, signal: limit.signal });
    limit.abort();
    await assert.rejects(waiting, { name: 'AbortError' });
    const late = judgedAddresses(new URL('http://slow/'), { resolve: never, signal: limit.signal });
    await assert.rejects(late, { name: 'AbortError' });
  });

  it('are those that a request is led to, in both ways in which it asks', () => {
    const lookup = pinnedTo([PUBLIC, INSIDE]);
    lookup('whatever', { all: true }, (_error, told) => assert.deepEqual(told, [PUBLIC, INSIDE]));
    lookup('whatever', {}, (_error, told, family) => assert.deepEqual({ address: told, family }, PUBLIC));
  });
});
