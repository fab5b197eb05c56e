import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** A real server, as a process of its own on a free port of this machine. */
export interface TestServer {
  readonly port: number;
  /** For clients that talk to it directly. */
  readonly url: string;
  /** SIGKILL: what it acknowledged is on its disk. Nobody listens until `restart`. */
  kill(): Promise<void>;
  /** The same server on the same port, with what it had stored. */
  restart(): Promise<void>;
  /** It keeps its connections and says nothing more. */
  pause(): void;
  resume(): void;
  close(): Promise<void>;
}

interface Program {
  readonly command: string;
  readonly args: readonly string[];
  /** Resolves when it serves. */
  readonly isUp: (child: ChildProcess) => Promise<void>;
}

/** Runs one program again and again on one port. */
export async function serverOf(
  port: number,
  url: string,
  program: Program,
  onClosed: () => void = () => undefined,
): Promise<TestServer> {
  let child = await started(program);
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  };
  return {
    port,
    url,
    kill: () => end('SIGKILL'),
    restart: async () => {
      await end('SIGKILL');
      child = await started(program);
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    close: async () => {
      await end('SIGKILL');
      onClosed();
    },
  };
}

async function started({ command, args, isUp }: Program): Promise<ChildProcess> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4_000);
    });
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`${command} ended with ${signal ?? code} before it served: ${said}`);
  });
  await Promise.race([isUp(child), ended]);
  ended.catch(() => undefined);
  return child;
}

/** Nobody listens there now. A server that has to come back to its port cannot let the kernel choose each time. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new TypeError('no port');
  return address.port;
}
