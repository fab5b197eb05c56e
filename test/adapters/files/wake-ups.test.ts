import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileWakeUps } from '../../../src/adapters/files/wake-ups.ts';
import { wakeUpsSuite } from '../../conformance/wake-ups.ts';
import { wakeUpsOfOtherProcess } from './other-process.ts';
import { temporaryDirectory } from './temporary.ts';

const ADAPTER = join(import.meta.dirname, '../../../src/adapters/files/wake-ups.ts');

for (const where of ['this process', 'another process']) {
  wakeUpsSuite(`files, notified by ${where}`, async (t) => {
    const directory = await temporaryDirectory(t);
    const open = async () => {
      const wakeUps = fileWakeUps(directory);
      t.after(() => wakeUps.close());
      return wakeUps;
    };
    const openAnother = where === 'this process' ? open : async () => wakeUpsOfOtherProcess(t, directory);
    return { open, openAnother };
  });
}

describe('fileWakeUps', { timeout: 20_000 }, () => {
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

describe('a wake-up that cannot be given', { timeout: 20_000 }, () => {
  it('costs nobody anything where there can be no directory', async (t) => {
    const file = join(await temporaryDirectory(t), 'file');
    await writeFile(file, '');
    const wakeUps = fileWakeUps(join(file, 'wake'));
    t.after(() => wakeUps.close());
    const end = wakeUps.subscribe('line', () => {});
    await wakeUps.notify('line');
    await wakeUps.notify('line');
    end();
    await rm(file);
    await wakes(wakeUps, () => wakeUps.notify('line'));
  });

  it('costs nobody anything where the file is a directory, or a link to nothing', async (t) => {
    const directory = await temporaryDirectory(t);
    await mkdir(join(directory, 'line', 'filled'), { recursive: true });
    const elsewhere = join(directory, 'elsewhere');
    await symlink(elsewhere, join(directory, 'outbox'));
    const wakeUps = fileWakeUps(directory);
    t.after(() => wakeUps.close());
    await Promise.all([wakeUps.notify('line'), wakeUps.notify('outbox')]);
    assert.ok(!existsSync(elsewhere));
  });

  it('is given all the same to, and by, a user whose file it is not', async (t) => {
    if (process.getuid?.() !== 0) return t.skip('only root can be two users');
    for (const [owner, mode] of [
      [NOBODY, 0o755],
      [0, 0o777],
      [0, 0o1777],
    ] as const) {
      const directory = await temporaryDirectory(t);
      await chown(directory, owner, owner);
      await chmod(directory, mode);
      const receiver = fileWakeUps(directory);
      t.after(() => receiver.close());
      await wakes(receiver, () => receiver.notify('line'));
      const { uid, mode: made } = await stat(join(directory, 'line'));
      assert.deepEqual([uid, made & 0o777], [owner, 0o600 | (mode & 0o022)]);
      // As a root of before would have made it.
      await chown(join(directory, 'line'), 0, 0);
      if (mode === 0o755) await chmod(join(directory, 'line'), 0o644);
      await wakes(receiver, async () => assert.equal(asNobody(directory), 'notified\n'));
    }
  });

  it('is no matter to a user who may neither write nor watch', async (t) => {
    if (process.getuid?.() !== 0) return t.skip('only root can be two users');
    const directory = await temporaryDirectory(t);
    await fileWakeUps(directory).notify('line');
    for (const mode of [0o755, 0o711, 0o700]) {
      await chmod(directory, mode);
      assert.equal(asNobody(directory), 'notified\n');
    }
  });
});

const NOBODY = 65_534;

/** Subscribes and notifies as another user; what it printed, with the complaints. */
function asNobody(directory: string): string {
  const script = `
    const { fileWakeUps } = await import(process.argv[1]);
    const wakeUps = fileWakeUps(process.argv[2]);
    wakeUps.subscribe('line', () => {});
    await wakeUps.notify('line');
    console.log('notified');
    await wakeUps.close();`;
  const options = { uid: NOBODY, gid: NOBODY, cwd: '/', encoding: 'utf8' } as const;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', script, ADAPTER, directory], options);
  return run.stdout + run.stderr;
}
