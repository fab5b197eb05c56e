import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { WakeUps } from '../../../src/ports/wake-ups.ts';

const WAKE = new URL('./children/wake.ts', import.meta.url);

/** The wake-ups of a directory as a process of its own has them; it ends with the test. */
export function wakeUpsOfOtherProcess(t: TestContext, directory: string): WakeUps {
  const child = spawn(process.execPath, [fileURLToPath(WAKE), directory], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  t.after(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  const heard = new Map<string, () => void>();
  createInterface({ input: child.stdout }).on('line', (line) => heard.get(line)?.());
  let calls = 0;
  const tell = (act: string, topic: string) => {
    calls += 1;
    const id = `${calls}`;
    child.stdin.write(`${act} ${id} ${topic}\n`);
    return id;
  };
  const done = (id: string) => new Promise<void>((resolve) => heard.set(`done ${id}`, resolve));
  return {
    notify: (topic) => done(tell('notify', topic)),
    subscribe: (topic, wake) => {
      const id = tell('subscribe', topic);
      heard.set(`woken ${id}`, wake);
      return () => void child.stdin.write(`end ${id}\n`);
    },
    close: () => done(tell('close', '')),
  };
}
