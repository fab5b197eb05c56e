import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { WantedCalls } from '../../src/platform/wanted-calls.ts';

/** A call that answers when it is told to, and ends where nobody wants it any more. */
function aScene() {
  const calls = new WantedCalls<string>();
  const begun: { readonly answer: (text: string) => void; readonly signal: AbortSignal }[] = [];
  const call = (signal: AbortSignal) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    signal.addEventListener('abort', () => reject(new Error('broken off')));
    begun.push({ answer: resolve, signal });
    return promise;
  };
  const want = () => {
    const giving = new AbortController();
    return { answer: calls.run('key', call, giving.signal), giveUp: () => giving.abort() };
  };
  return { want, begun };
}

describe('WantedCalls', () => {
  it('answer all who want the same, also where the one who asked first gives up', async () => {
    const { want, begun } = aScene();
    const [first, second] = [want(), want()];
    first.giveUp();
    await assert.rejects(first.answer, { name: 'AbortError' });
    assert.equal(begun.length, 1);
    begun[0]?.answer('here');
    assert.equal(await second.answer, 'here');
  });

  it('are broken off when the last one gives up, and begun anew for whoever comes then', async () => {
    const { want, begun } = aScene();
    const both = [want(), want()];
    for (const { giveUp } of both) giveUp();
    for (const { answer } of both) await assert.rejects(answer, { name: 'AbortError' });
    assert.equal(begun[0]?.signal.aborted, true);
    const next = want();
    begun[1]?.answer('again');
    assert.equal(await next.answer, 'again');
  });
});
