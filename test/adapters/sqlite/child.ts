import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

/** A process of its own that works on a ledger and prints one line per thing that it did. */
export interface Child {
  readonly pid: number;
  readonly lines: AsyncIterator<string, undefined>;
  /** The next line. @throws when the process has ended instead, with what it said on standard error */
  next(): Promise<string>;
  /** What is still to come, until the process ends. */
  rest(): Promise<string[]>;
  tell(line: string): void;
  kill(): Promise<void>;
}

/** Starts a program; the test ends it if it still runs. */
export function startChild(test: TestContext, program: URL, ...args: readonly string[]): Child {
  const script = fileURLToPath(program);
  const name = basename(script);
  const child = spawn(process.execPath, [script, ...args], { stdio: 'pipe' });
  const exited = once(child, 'exit');
  const complaint = complaintOf(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  test.after(kill);
  return {
    pid: child.pid ?? 0,
    lines,
    kill,
    async next() {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${name} ended: ${complaint()}`);
      return value;
    },
    async rest() {
      const rest: string[] = [];
      for (let line = await lines.next(); !line.done; line = await lines.next()) rest.push(line.value);
      await exited;
      if (complaint() !== '') throw new Error(`${name} complained: ${complaint()}`);
      return rest;
    },
    tell(line) {
      child.stdin.write(`${line}\n`);
    },
  };
}

function complaintOf(child: ChildProcessWithoutNullStreams): () => string {
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  return () => said;
}
