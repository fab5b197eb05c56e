import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { openInbox } from '../../../src/adapters/files/inbox.ts';
import type { IntakeStep } from '../../../src/app/take-in-file.ts';
import { MAX_PATCH_BYTES } from '../../../src/core/change/limits.ts';
import { InboxRound } from '../../../src/workers/inbox/round.ts';
import { keepingLogger, type LogLine } from '../../gateway/serve.ts';
import { HandClock } from '../../world/clock.ts';
import { temporaryFolder } from '../../world/git.ts';
import { openWorld, type World } from '../../world/needs.ts';

export const QUIET_MS = 2_000;

export interface Scene {
  readonly world: World;
  readonly root: string;
  readonly round: InboxRound;
  readonly log: readonly LogLine[];
  /** Path of a file in the folder of the workspace `main`. */
  at(...names: readonly string[]): string;
  /** Looks, lets the interval pass, and looks again. */
  settle(): Promise<void>;
  patches(): ReturnType<World['needs']['ledger']['list']>;
  /** Gives the folder free. Closing twice is fine. */
  close(): void;
}

interface Given {
  readonly observe?: (step: IntakeStep) => void;
  readonly worldWritable?: 'refused' | 'allowed';
  readonly root?: string;
}

/** A real folder and the product's own adapter on it; only the clock is turned by hand. */
export async function aScene(test: TestContext, given: Given = {}): Promise<Scene> {
  const clock = new HandClock();
  const world = await openWorld({ clock });
  await world.workspace('main');
  const root = given.root ?? join(temporaryFolder('inbox'), 'inbox');
  const opened = await openInbox({
    root,
    worldWritable: given.worldWritable ?? 'refused',
    mostBytes: MAX_PATCH_BYTES,
  });
  let isOpen = true;
  const close = () => {
    if (isOpen) opened.close();
    isOpen = false;
  };
  test.after(async () => {
    close();
    await world.close();
  });
  const log: LogLine[] = [];
  const options = { inbox: opened.inbox, quietMs: QUIET_MS, logger: keepingLogger(log) };
  const round = new InboxRound(
    world.needs,
    { ...options, observe: (step) => given.observe?.(step) },
    new AbortController().signal,
  );
  await round.go();
  return {
    ...{ world, root, round, log },
    at: (...names) => join(root, 'main', ...names),
    settle: async () => {
      await round.go();
      clock.advance(QUIET_MS);
      await round.go();
    },
    patches: () => world.needs.ledger.list({ limit: 100 }),
    close,
  };
}

export function listed(folder: string): readonly string[] {
  return readdirSync(folder).sort();
}

export function paper(path: string) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
