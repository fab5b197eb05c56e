import assert from 'node:assert/strict';
import { it } from 'node:test';
import { stopSignal } from '../../src/main/stop-signal.ts';

it('a signal that comes twice at once stops, and one that comes later hurries', (t) => {
  let now = 0;
  let hurried = 0;
  const stop = stopSignal(() => hurried++, { monotonic: () => now });
  t.after(() => stop.dispose());
  const told = () => process.emit('SIGTERM', 'SIGTERM');
  assert.equal(stop.signal.aborted, false);
  told();
  told();
  assert.deepEqual([stop.signal.aborted, hurried], [true, 0]);
  now = 501;
  told();
  assert.equal(hurried, 1);
});
