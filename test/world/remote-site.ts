import type { TestContext } from 'node:test';
import { addWorkspace } from '../../src/app/add-workspace.ts';
import type { Needs } from '../../src/app/needs.ts';
import { submitPatch } from '../../src/app/submit-patch.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { startRunner } from '../../src/workers/runner/runner.ts';
import { aBareRepository, temporaryFolder } from './git.ts';
import { passingSandbox } from './moving-remote/passing-sandbox.ts';
import { openWorld } from './needs.ts';

/** An installation, and a bare repository that is a remote to it. */
export interface Site {
  readonly needs: Needs;
  readonly gitDir: string;
  readonly url: string;
  add(
    name: string,
    more?: { url?: string; writers?: 'others' | 'ghost'; branch?: string; needs?: Needs },
  ): ReturnType<typeof addWorkspace>;
  submit(file: string): Promise<string>;
  state(id: string): Promise<string>;
  /** Those that work in its folders. They are stopped before these are removed: the last thing a runner does is to write. */
  readonly runners: { stop(): Promise<void> }[];
}

export async function aSite(t: TestContext): Promise<Site> {
  const world = await openWorld({ sandbox: passingSandbox() });
  const runners: Site['runners'] = [];
  t.after(async () => {
    for (const runner of runners) await runner.stop();
    await world.close();
  });
  const gitDir = aBareRepository();
  const { needs } = world;
  return {
    ...{ needs, gitDir, url: `file://${gitDir}`, runners },
    add: (name, { url = `file://${gitDir}`, writers = 'others', branch = 'main', needs: other } = {}) =>
      addWorkspace(other ?? needs, {
        ...{ name, repo: url, branch, checks: [], actor: 'test', adopt: false },
        remote: { url, writers, credentials: null, progress: () => undefined },
      }),
    submit: async (file) => {
      const body = Buffer.from(`--- /dev/null\n+++ b/${file}\n@@ -0,0 +1 @@\n+${file}\n`);
      const { patch } = await submitPatch(needs, {
        ...{ workspace: 'app', body, format: null, title: null, author: 'test', origin: 'http' },
        ...{ idempotencyKey: null, force: false },
      });
      return patch.id;
    },
    state: async (id) => (await needs.ledger.find(id as never))?.state.name ?? 'unknown',
  };
}

export function aRunner({ runners, needs }: Pick<Site, 'runners' | 'needs'>) {
  const logger = createLogger({
    ...{ component: 'runner', instance: 'test', directory: temporaryFolder('logs') },
    ...{ level: 'error', console: 'none' },
  });
  const options = {
    owner: 'test',
    leaseTtlMs: 5_000,
    cooldownMs: 0,
    drainMs: 1_000,
    observe: () => undefined,
  };
  const runner = startRunner(needs, { ...options, logger });
  runners.push({
    stop: async () => {
      await runner.stop();
      await logger.close();
    },
  });
  return runner;
}
