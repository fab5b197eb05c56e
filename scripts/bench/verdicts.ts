import { patchLog } from '../../src/app/patch-log.ts';
import type { LandingStep } from '../../src/core/patch/landing-step.ts';
import { creating } from '../../test/world/diffs.ts';
import { aRepository, git } from '../../test/world/git.ts';
import { aLine, stateOf, type TestLine } from '../../test/world/line.ts';
import { type BenchReport, median, quantile, type Tell } from './figure.ts';

const WARM_UP = 3;
const ROUNDS = 20;
/** Of the cheapest check there is, `test ! -e broken`: reading gate, cache and ledger may cost no more than this share of it. */
const LARGEST_SHARE = 0.75;

/** What it costs to be told that a tree passed before, beside running its check, in turns. */
export async function benchVerdicts(tell: Tell): Promise<BenchReport> {
  const repository = aRepository();
  const times = new Map<LandingStep, number>();
  const line = await aLine({ repository, observe: (step) => void times.set(step, performance.now()) });
  const { level } = await line.needs.sandbox.isolation();
  tell(`verdicts: a check at isolation level ${level}, run and served`);
  const gated = () => (times.get('checks-run') ?? Number.NaN) - (times.get('tree-built') ?? Number.NaN);
  const ran: number[] = [];
  const served: number[] = [];
  try {
    for (let round = -WARM_UP; round < ROUNDS; round += 1) {
      await land(line, { round, again: false });
      const first = gated();
      // A commit of somebody's own on top, so that the same patch gives the same tree.
      git(repository, 'revert', '--no-edit', 'HEAD');
      await land(line, { round, again: true });
      if (round < 0) continue;
      ran.push(first);
      served.push(gated());
    }
  } finally {
    await line.close();
  }
  const note = `${ROUNDS} times each in turns, median; 90 % within ${quantile(served, 0.9).toFixed(1)} and ${quantile(ran, 0.9).toFixed(1)} ms`;
  return {
    figures: [
      {
        name: 'verdicts: the gate of a tree that passed before',
        ...{ unit: 'ms', got: median(served), note },
        control: { name: `the same gate with its one check run at level ${level}`, value: median(ran) },
        bar: { kind: 'at most', ratio: LARGEST_SHARE },
      },
    ],
    details: [],
  };
}

async function land(
  line: TestLine,
  { round, again }: { readonly round: number; readonly again: boolean },
): Promise<void> {
  const { patch } = await line.submit(creating(`file-${round}`), { force: true });
  await line.next();
  await stateOf(line, patch.id, 'landed');
  const [check] = (await patchLog(line.needs, patch.id)).checks;
  if ((check?.verdict.served !== undefined) !== again)
    throw new Error(`the check was ${again ? 'run again' : 'served'}`);
}
