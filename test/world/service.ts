import { issueToken } from '../../src/app/issue-token.ts';
import type { Installation } from './installation.ts';
import { type Child, startProcess } from './processes.ts';

const HOUR_MS = 3_600_000;

/** The gateway and the runner of an installation as processes, and a token that may submit. */
export interface Service {
  readonly url: string;
  readonly gateway: Child;
  readonly runner: Child;
  readonly token: string;
  /** Ends both in the orderly way. */
  stop(): Promise<void>;
}

export async function startService(installation: Installation): Promise<Service> {
  const token = await authorToken(installation);
  const runner = startProcess('src/main/runner.ts', installation.settings);
  const gateway = startProcess('src/main/gateway.ts', installation.settings);
  const [{ url }] = await Promise.all([gateway.ready, runner.ready]);
  return {
    ...{ url: String(url), gateway, runner, token },
    stop: async () => {
      await Promise.all([stopped(gateway), stopped(runner)]);
    },
  };
}

export async function authorToken({ needs }: Installation, ttlMs = HOUR_MS): Promise<string> {
  const request = { subject: 'test', role: 'author', ttlMs, actor: 'test' } as const;
  return (await issueToken(needs, request)).token;
}

/** Asks a process to end, waits until it has, and throws when it did not end well. One that never came up is killed. */
export async function stopped(child: Child): Promise<void> {
  const isUp = await child.ready.then(
    () => true,
    () => false,
  );
  child.process.kill(isUp ? 'SIGTERM' : 'SIGKILL');
  const { code, signal, stderr } = await child.ended;
  if (isUp && code !== 0) throw new Error(`a process ended with ${signal ?? code}: ${stderr}`);
}
