import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import { openSqliteLedger } from '../../../src/adapters/sqlite/open.ts';
import { clientOf } from '../../../src/adapters/sqlite/thread-client.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { hasCode } from '../../conformance/given.ts';
import { scratchFile } from './scratch.ts';

const DYING = new URL('./children/dying-thread.ts', import.meta.url);
const COUNTING = new URL('./children/counting-thread.ts', import.meta.url);

describe('calls on a ledger thread', () => {
  it('go as one message for each turn of the loop', async () => {
    const thread = await clientOf(new Worker(COUNTING), () => {});
    const together = await Promise.all([
      thread.call('heads'),
      thread.call('newestEvent'),
      thread.call('heads'),
    ]);
    assert.deepEqual(together, [1, 1, 1]);
    assert.deepEqual(await thread.call('newestEvent'), 2);
    await thread.close();
  });

  it('are answered where the thread is closed in the same turn', async () => {
    const thread = await clientOf(new Worker(COUNTING), () => {});
    const asked = thread.call('newestEvent');
    await thread.close();
    assert.equal(await asked, 1);
  });
});

describe('a call with what no thread can be handed', () => {
  it('fails alone, whatever is called in the same turn', async () => {
    const thread = await clientOf(new Worker(COUNTING), () => {});
    const asked = thread.call('newestEvent');
    const call: (name: 'heads', ...args: unknown[]) => Promise<unknown> = thread.call;
    const wrong = call('heads', () => undefined);
    await assert.rejects(wrong, { name: 'DataCloneError' });
    assert.equal(typeof (await asked), 'number');
    await thread.close();
  });
});

describe('a ledger thread that dies', () => {
  it('leaves the fate of its writes open, says that reads did nothing, and is told of once', async () => {
    const deaths: string[] = [];
    const thread = await clientOf(new Worker(DYING), (problem) => deaths.push(problem));
    const asked = [
      thread.call('newestEvent'),
      thread.call('heads'),
      thread.call('removeWorkspace', 'main', 'bob', 9),
      thread.call('moveCursor', 'audit', 1),
    ] as const;
    const [answered, ...left] = await Promise.allSettled(asked);
    assert.deepEqual(answered, { status: 'fulfilled', value: 1 });
    const errors = left.map((outcome) => (outcome.status === 'rejected' ? outcome.reason : null));
    assert.deepEqual(
      errors.map((error) => error.code),
      ['ledger_unavailable', 'ledger_unknown', 'ledger_unknown'],
    );
    assert.doesNotMatch(errors[2].message, /Nothing was stored/);
    assert.match(errors[2].message, /cannot rollback/);
    await assert.rejects(thread.call('moveCursor', 'audit', 1), hasCode('ledger_unavailable'));
    await thread.close();
    assert.equal(deaths.length, 1);
    assert.match(deaths[0] ?? '', /cannot rollback/);
  });

  it('is not one that was closed', async (test) => {
    const deaths: string[] = [];
    const file = await scratchFile(test);
    const opened = await openSqliteLedger({ file, clock: systemClock, onDead: (why) => deaths.push(why) });
    await opened.close();
    assert.deepEqual(deaths, []);
  });
});
