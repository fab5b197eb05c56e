import { runSchedule, type ScheduleOutcome } from '../schedule.ts';
import { NO_FAULTS, NOTHING, type PointTally, type Tally } from './tally.ts';
import { wrongIn } from './wrong.ts';

/** Runs one schedule and judges it. One that ends in an error of the engine's went wrong. */
export async function tallyOf(seed: number): Promise<Tally> {
  try {
    return judged(await runSchedule({ seed }));
  } catch (error) {
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const wrong = [`the schedule ended in an error: ${told}`];
    return { ...NOTHING, schedules: 1, failed: 1, failures: [{ seed, faults: [], wrong }] };
  }
}

function judged(outcome: ScheduleOutcome): Tally {
  const { seed, steps, faults, history } = outcome;
  const wrong = wrongIn(outcome);
  const points: Record<string, PointTally> = {};
  for (const { point, kind } of faults) {
    const counts = points[point] ?? NO_FAULTS;
    points[point] = { ...counts, [kind]: counts[kind] + 1 };
  }
  return {
    ...{ schedules: 1, steps, points },
    patches: history.patches.length,
    landed: history.patches.filter(({ state }) => state.name === 'landed').length,
    failed: wrong.length === 0 ? 0 : 1,
    failures: wrong.length === 0 ? [] : [{ seed, faults: faults.map(({ number }) => number), wrong }],
  };
}
