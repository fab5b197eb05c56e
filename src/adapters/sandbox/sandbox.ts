import { mkdir } from 'node:fs/promises';
import type { IsolationLevel } from '../../core/gate/verdict.ts';
import { type Clock, systemClock } from '../../platform/clock.ts';
import type { Sandbox } from '../../ports/sandbox.ts';
import { closeInheritedDescriptors } from './inherited-descriptors.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { killOrphans, markOf } from './orphans.ts';
import { OutputPipes } from './output-pipe.ts';
import { sandboxOwner } from './owner.ts';
import { type Probed, probe } from './probe.ts';
import { findPrograms, type Programs } from './programs.ts';
import { runCommand, type Workshop } from './run-command.ts';
import { sweepTrials } from './trial.ts';

export { sandboxOwner } from './owner.ts';

export interface SandboxOptions {
  /** Absolute; made when missing. Holds small things for as long as a command runs. */
  readonly scratch: string;
  /** Absolute directories that commands may use, read-only: a prefix with a `bin`, or a `bin` itself. Searched first. */
  readonly tools?: readonly string[];
  readonly limits?: Partial<Limits>;
  readonly clock?: Clock;
  /** Where the tools of isolation are; looked for in the system's directories when left out. */
  readonly programs?: Programs;
  /** Fences less off than it could, to see what that is like; never more. */
  readonly atMost?: IsolationLevel;
}

/**
 * Runs commands in bubblewrap, or as well as this machine allows: as a plain user, or not fenced off at all. What it
 * can do is tried once, at the first use, and every run tells the level it had.
 */
export function commandSandbox(options: SandboxOptions): Sandbox {
  const programs = options.programs ?? findPrograms();
  const { scratch } = options;
  const workshop: Workshop = {
    tools: options.tools ?? [],
    scratch,
    programs,
    pipes: new OutputPipes({ mkfifo: programs.mkfifo, scratch, owner: sandboxOwner() }),
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    clock: options.clock ?? systemClock,
    mark: markOf(scratch),
  };
  let probing: Promise<Probed> | null = null;
  const probed = () => {
    probing ??= open(workshop, options.atMost ?? 3);
    return probing;
  };
  return {
    isolation: async () => (await probed()).isolation,
    run: async (command, signal) => runCommand(workshop, (await probed()).plan, command, signal),
  };
}

async function open(workshop: Workshop, atMost: IsolationLevel): Promise<Probed> {
  closeInheritedDescriptors();
  await mkdir(workshop.scratch, { recursive: true });
  workshop.pipes.sweep();
  await sweepTrials(workshop.scratch);
  killOrphans(workshop.mark);
  return probe(workshop, atMost);
}
