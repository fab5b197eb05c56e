import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addWorkspace } from '../app/add-workspace.ts';
import type { Needs } from '../app/needs.ts';
import type { PatchView, ReceiptView } from '../app/views.ts';
import { createClient } from '../cli/client.ts';
import type { CliHost, DemoReport } from '../cli/host.ts';
import { printer } from '../cli/print.ts';
import { waitForEnds } from '../cli/wait.ts';
import type { Config } from './config.ts';
import { FIRST_PATCH, makeDemoRepository, SECOND_PATCH } from './demo-repository.ts';
import type { Home } from './home.ts';
import { wire } from './wire.ts';

export const DEMO = 'demo';

const LANDS_WITHIN_MS = 60_000;
const SUMMARY_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 100;

export interface Demo {
  readonly view: PatchView;
  /** Absolute path; the file is there, unless the relay is late. */
  readonly summary: string;
  readonly secondPatch: string;
}

/** Whether nothing was ever submitted here: no workspace, or a demo whose first start was cut short. */
export async function wantsDemo(needs: Pick<Needs, 'workspaces' | 'ledger'>): Promise<boolean> {
  const names = (await needs.workspaces.list()).map(({ name }) => name);
  if (names.length === 0) return true;
  if (names.length > 1 || names[0] !== DEMO) return false;
  return (await needs.ledger.list({ workspace: DEMO, limit: 1 })).length === 0;
}

type DemoHost = Pick<CliHost, 'findService' | 'clock' | 'stdout' | 'stderr'>;

/** For an installation whose processes run already. @throws GhostError service_unreachable */
export async function demonstrate(config: Config, host: DemoHost): Promise<DemoReport> {
  const { needs, close } = await wire(config, {
    component: 'cli',
    instance: `demo-${process.pid}`,
    console: 'none',
    changes: 'at-once',
  });
  try {
    const { view, summary, secondPatch } = await landDemo(needs, config.home, host);
    const { id: patch, state, commit } = view;
    return { patch, state, commit, summary, secondPatch };
  } finally {
    await close();
  }
}

/**
 * Makes a small repository with a gate that can fail, and lands a first patch in it by the way that every patch takes:
 * over HTTP, with a token, through the queue and a runner. Repeating it after an interruption is fine.
 */
export async function landDemo(needs: Needs, home: Home, host: DemoHost): Promise<Demo> {
  await makeDemoRepository(home.demo);
  if ((await needs.workspaces.find(DEMO)) === null) {
    await addWorkspace(needs, {
      name: DEMO,
      repo: home.demo,
      branch: 'main',
      checks: [],
      actor: 'system',
      adopt: false,
    });
  }
  const secondPatch = join(home.data, 'demo-second.diff');
  await writeFile(secondPatch, SECOND_PATCH);
  const client = createClient(host);
  const receipt = await client.post<ReceiptView>('/api/v1/patches', {
    query: { workspace: DEMO, title: 'Say that a first patch landed' },
    headers: { 'content-type': 'text/x-diff', 'idempotency-key': 'first-boot' },
    body: Buffer.from(FIRST_PATCH),
  });
  const print = printer(host, false);
  const waiting = { client, print, clock: host.clock, timeoutMs: LANDS_WITHIN_MS, hasFollower: false };
  const [view = receipt] = await waitForEnds([receipt.id], waiting);
  await summaryWritten(needs, receipt.id);
  return { view, summary: needs.summaries.pathOf(receipt.id), secondPatch };
}

/** The relay writes summaries a moment after the landing. */
async function summaryWritten(
  { summaries, clock }: Pick<Needs, 'summaries' | 'clock'>,
  id: string,
): Promise<void> {
  const until = clock.monotonic() + SUMMARY_WITHIN_MS;
  while ((await summaries.read(id, 'markdown')) === null && clock.monotonic() < until)
    await clock.sleep(LOOK_EVERY_MS);
}
