import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileWakeUps } from '../../../src/adapters/files/wake-ups.ts';
import { temporaryDirectory } from './temporary.ts';

const ADAPTER = join(import.meta.dirname, '../../../src/adapters/files/wake-ups.ts');

describe('fileWakeUps', { timeout: 20_000 }, () => {
  it('wakes subscribers of the topic, and of that one only', async (t) => {
    const directory = await temporaryDirectory(t);
    const [sender, receiver] = [fileWakeUps(directory), fileWakeUps(directory)];
    t.after(() => receiver.close());
    const wrong = { woken: 0 };
    receiver.subscribe('outbox', () => {
      wrong.woken += 1;
    });
    await wakes(receiver, () => sender.notify('line'));
    assert.equal(wrong.woken, 0);
  });

  it('wakes across processes', async (t) => {
    const directory = await temporaryDirectory(t);
    const receiver = fileWakeUps(directory);
    t.after(() => receiver.close());
    const script = `const { fileWakeUps } = await import(process.argv[1]); await fileWakeUps(process.argv[2]).notify('line');`;
    await wakes(receiver, async () => {
      const run = spawnSync(process.execPath, ['--input-type=module', '-e', script, ADAPTER, directory]);
      assert.equal(run.status, 0, String(run.stderr));
    });
  });

  it('wakes after the last of many notifications at once, and all of them end', async (t) => {
    const directory = await temporaryDirectory(t);
    const [sender, receiver] = [fileWakeUps(directory), fileWakeUps(directory)];
    t.after(() => receiver.close());
    for (const _ of [1, 2, 3]) {
      const before = await Promise.all(Array.from({ length: 100 }, () => sender.notify('line')));
      assert.equal(before.length, 100);
      await wakes(receiver, () =>
        Promise.all([sender.notify('line'), sender.notify('outbox'), sender.notify('line')]),
      );
    }
  });

  it('goes on after its files, and after its directory, were deleted', async (t) => {
    const directory = join(await temporaryDirectory(t), 'wake');
    const [sender, receiver] = [fileWakeUps(directory), fileWakeUps(directory)];
    t.after(() => receiver.close());
    await wakes(receiver, () => sender.notify('line'));
    await rm(join(directory, 'line'));
    await wakes(receiver, () => sender.notify('line'));
    await wakes(receiver, () => rm(directory, { recursive: true }));
    assert.ok(!existsSync(directory));
    await wakes(receiver, () => sender.notify('line'));
  });

  it('leaves those alone who ended their subscription', async (t) => {
    const wakeUps = fileWakeUps(await temporaryDirectory(t));
    t.after(() => wakeUps.close());
    let woken = 0;
    const end = wakeUps.subscribe('line', () => {
      woken += 1;
    });
    end();
    end();
    await wakes(wakeUps, () => wakeUps.notify('line'));
    assert.equal(woken, 0);
  });
});

/** Subscribes, acts, and waits to be woken: the test's time limit is what fails it. */
async function wakes(receiver: ReturnType<typeof fileWakeUps>, act: () => Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = receiver.subscribe('line', resolve);
  const other = receiver.subscribe('outbox', () => {});
  await act();
  await promise;
  end();
  other();
}
