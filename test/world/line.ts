import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { addWorkspace } from '../../src/app/add-workspace.ts';
import { findPatch } from '../../src/app/find-patch.ts';
import type { Holding } from '../../src/app/holding.ts';
import { landNextPatch, type Next } from '../../src/app/land-next-patch.ts';
import type { Needs } from '../../src/app/needs.ts';
import { type Receipt, type Submission, submitPatch } from '../../src/app/submit-patch.ts';
import { giveBackWorkspace, takeWorkspace } from '../../src/app/take-workspace.ts';
import type { StepObserver } from '../../src/core/patch/landing-step.ts';
import type { Patch, PatchState, StateName } from '../../src/core/patch/patch.ts';
import { HandClock } from './clock.ts';
import { aRepository } from './git.ts';
import { type Installation, openInstallationFor } from './installation.ts';

/** One workspace named `main` on a real repository, in the hands of this process, with a clock turned by hand. */
export interface TestLine {
  readonly needs: Needs;
  readonly installation: Installation;
  readonly repository: string;
  readonly clock: HandClock;
  readonly holding: Holding;
  submit(body: string, more?: Partial<Submission>): Promise<Receipt>;
  /** In the hands of `holding` where one is given: for a runner that dies. */
  next(cooldownMs?: number, holding?: Holding): Promise<Next>;
  find(id: string): Promise<Patch>;
  close(): Promise<void>;
}

export interface LineOptions {
  readonly repository?: string;
  /** Of the installation. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly checks?: readonly { readonly name: string; readonly run: string }[];
  readonly observe?: StepObserver;
}

const TTL_MS = 600_000;

export async function aLine(options: LineOptions = {}): Promise<TestLine> {
  const installation = await openInstallationFor(options.settings);
  const clock = new HandClock();
  const needs: Needs = { ...installation.needs, clock };
  const repository = options.repository ?? aRepository();
  const workspace = await addWorkspace(needs, {
    name: 'main',
    repo: repository,
    branch: 'main',
    checks: options.checks ?? [],
    actor: 'test',
    adopt: false,
  });
  const open = await needs.repositories.open(workspace);
  const taken = await takeWorkspace(needs, {
    workspace,
    open,
    owner: 'test',
    ttlMs: TTL_MS,
    adopt: false,
    observe: (step, subject) => options.observe?.(step, subject),
    signal: new AbortController().signal,
  });
  if (taken.kind !== 'taken') throw new Error(`the workspace could not be taken: ${taken.kind}`);
  const { holding } = taken;
  return {
    ...{ needs, installation, repository, clock, holding },
    submit: (body, more = {}) =>
      submitPatch(needs, {
        workspace: 'main',
        body: Buffer.from(body),
        format: null,
        title: null,
        author: 'test',
        origin: 'http',
        idempotencyKey: null,
        force: false,
        ...more,
      }),
    next: (cooldownMs = 0, by = holding) =>
      landNextPatch(needs, by, { cooldownMs, waived: null, branch: 'kept' }),
    find: (id) => findPatch(needs, id),
    close: async () => {
      await giveBackWorkspace(needs, holding);
      await open.repository.close();
      await installation.close();
    },
  };
}

/** A line that is closed when the test ends. */
export async function lineFor(test: TestContext, options: LineOptions = {}): Promise<TestLine> {
  const line = await aLine(options);
  test.after(() => line.close());
  return line;
}

/** The patch's state, which has to be the expected one. */
export async function stateOf<Name extends StateName>(
  line: TestLine,
  id: string,
  name: Name,
): Promise<Extract<PatchState, { name: Name }>> {
  const { state } = await line.find(id);
  assert.equal(state.name, name, JSON.stringify(state));
  return state as Extract<PatchState, { name: Name }>;
}
