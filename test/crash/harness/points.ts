import { type CallFault, type CallPoint, type Fault, isThread, THREADS } from './fault.ts';
import { Scene } from './scene.ts';
import { Trials } from './trials.ts';

/** Every mutating system call of one landing, as seen once: of each thread of the runner and of each process it starts. */
export async function pointsOfLanding(): Promise<readonly CallPoint[]> {
  const scene = await Scene.open();
  const trials = new Trials(scene);
  try {
    // The first landing of a repository makes folders that later ones find.
    await trials.enumerate(null);
    const points: CallPoint[] = [];
    for (const thread of THREADS) points.push(...(await trials.enumerate(thread)));
    points.push(...(await trials.enumerate(null)));
    return points;
  } finally {
    await trials.close();
    await scene.close();
  }
}

/** A stop is of the whole runner at its threads' calls. Of its processes only the writer is waited for with a limit. */
export function faultsAt(at: CallPoint): readonly Fault[] {
  const ofProcess: readonly CallFault[] =
    at.who === 'writer' ? ['kill', 'orphan', 'stop'] : ['kill', 'orphan'];
  return (isThread(at.who) ? (['kill', 'stop'] as const) : ofProcess).map((how) => ({
    kind: 'call',
    at,
    how,
  }));
}
