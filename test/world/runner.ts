import type { TestContext } from 'node:test';
import type { Needs } from '../../src/app/needs.ts';
import type { Workspace } from '../../src/core/workspace.ts';
import { type Runner, startRunner } from '../../src/workers/runner/runner.ts';
import type { Installation } from './installation.ts';
import { eventually } from './processes.ts';

/** The product's own runner in this process, stopped when the test ends. Stopping twice is fine. */
export function runnerFor(test: TestContext, { needs, logger }: Installation): Runner {
  const runner = startRunner(needs, {
    ...{ owner: `runner/${test.name}`, leaseTtlMs: 5_000, cooldownMs: 0, drainMs: 5_000 },
    ...{ observe: () => undefined, logger },
  });
  test.after(() => runner.stop());
  return runner;
}

/** The reason for which the line was stopped, once it was. */
export function stoppedBecause(needs: Pick<Needs, 'workspaces'>, name: string): Promise<string> {
  return eventually(`the line of ${name} to stop`, async () => {
    const found: Workspace | null = await needs.workspaces.find(name);
    return found?.paused ?? undefined;
  });
}
