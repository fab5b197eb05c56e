import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Fault, faultText } from '../../test/crash/harness/fault.ts';
import { Scene } from '../../test/crash/harness/scene.ts';
import type { Trial } from '../../test/crash/harness/trial.ts';
import { Trials } from '../../test/crash/harness/trials.ts';
import { inflictOn } from './tasks.ts';

export interface Ran extends Trial {
  readonly kills: number;
  /** Where the history of the line was put, when something is wrong with it. */
  readonly saved: string | null;
}

/** Judging a line takes longer with every patch on it. */
const PATCHES_OF_A_LINE = 60;

/** Inflicts all faults until `signal` aborts, so many at a time, each job on a line of its own that is given up after some patches. */
export async function runJobs(
  faults: readonly Fault[],
  { jobs, signal }: { readonly jobs: number; readonly signal: AbortSignal },
  onRan: (ran: Ran) => void,
): Promise<void> {
  const waiting = [...faults];
  const next = () => (signal.aborted ? null : (waiting.shift() ?? null));
  await Promise.all(Array.from({ length: jobs }, () => runJob(next, onRan)));
}

async function runJob(next: () => Fault | null, onRan: (ran: Ran) => void): Promise<void> {
  for (let fault = next(); fault !== null; ) fault = await runOnOneLine(fault, next, onRan);
}

/** Answers with the first fault that this line is not used for any more. */
async function runOnOneLine(
  first: Fault,
  next: () => Fault | null,
  onRan: (ran: Ran) => void,
): Promise<Fault | null> {
  const scene = await Scene.open();
  const trials = new Trials(scene);
  try {
    for (let fault: Fault | null = first; fault !== null; fault = next()) {
      if (scene.patches >= PATCHES_OF_A_LINE) return fault;
      const { kills = 1, ...trial } = await inflictOn(scene, trials, fault);
      const last = scene.patches >= PATCHES_OF_A_LINE ? await wholeLine(scene, trials) : [];
      const violations = [...trial.violations, ...last];
      onRan({
        ...trial,
        kills,
        violations,
        saved: violations.length === 0 ? null : await save(scene, fault),
      });
      // What follows on a line that is broken would only tell of the same again.
      if (violations.length > 0) return next();
    }
    await wholeLineOrThrow(scene, trials);
    return null;
  } finally {
    await trials.close();
    await scene.close();
  }
}

/** A patch that was accepted last has no runner yet. */
async function wholeLine(scene: Scene, trials: Trials): Promise<readonly string[]> {
  await trials.settle();
  return scene.allViolations();
}

async function wholeLineOrThrow(scene: Scene, trials: Trials): Promise<void> {
  const violations = await wholeLine(scene, trials);
  if (violations.length > 0) throw new Error(`a line is broken at its end: ${violations.join('; ')}`);
}

async function save(scene: Scene, fault: Fault): Promise<string> {
  const file = join(mkdtempSync(join(tmpdir(), 'ghost-crash-')), 'history.json');
  writeFileSync(file, JSON.stringify({ fault: faultText(fault), history: await scene.history() }, null, 1));
  return file;
}
