// npm run soak [-- --commits N --seed N]: replays whole histories through a gateway and a runner.
// npm run soak -- --kills [--patches N --seed N ...]: runs an installation whose processes are killed all the time.
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { temporaryFolder } from '../../test/world/git.ts';
import { soakWithKills } from './endurance/command.ts';
import { type History, historyOf } from './history.ts';
import { inventHistory } from './invented-history.ts';
import { type ReplayReport, replay } from './replay.ts';
import { describeReplay, surprises, unexcused } from './tally.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const INVENTED_COMMITS = 1000;
const TELL_EVERY = 25;

const HELP = `npm run soak -- [--commits N] [--seed N]   N commits of each history; all of them when left out
npm run soak -- --kills [--patches N] [--seed N] [--workspaces N] [--runners N] [--gateways N] [--lease MS] [--every MS] [--json]
  N patches into N workspaces, while a process is killed or stopped every MS milliseconds on average`;

const { values } = parseArgs({
  options: {
    commits: { type: 'string' },
    seed: { type: 'string' },
    kills: { type: 'boolean' },
    patches: { type: 'string' },
    workspaces: { type: 'string' },
    runners: { type: 'string' },
    gateways: { type: 'string' },
    lease: { type: 'string' },
    every: { type: 'string' },
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});
const seed = wholeNumber('--seed', values.seed ?? null) ?? Date.now() % 1_000_000;
if (values.help) {
  console.log(HELP);
} else if (values.kills) {
  const number = (
    name: 'patches' | 'workspaces' | 'runners' | 'gateways' | 'lease' | 'every',
    standard: number,
  ) => wholeNumber(`--${name}`, values[name] ?? null) ?? standard;
  await soakWithKills({
    ...{ seed, json: values.json ?? false },
    patches: number('patches', 2_000),
    workspaces: number('workspaces', 16),
    runners: number('runners', 3),
    gateways: number('gateways', 2),
    leaseTtlMs: number('lease', 2_000),
    killEveryMs: number('every', 500),
  });
} else {
  const commits = wholeNumber('--commits', values.commits ?? null);
  const wrong = [...(await soakOwn(commits)), ...(await soakInvented(commits, seed))];
  for (const line of wrong) console.log(`WRONG ${line}`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
}

async function soakOwn(commits: number | null): Promise<readonly string[]> {
  const own = historyOf('the history of this checkout', ROOT, commits ?? Number.MAX_SAFE_INTEGER);
  const report = await replayAloud(own);
  return [...report.problems, ...unexcused(report.steps)];
}

async function soakInvented(commits: number | null, seed: number): Promise<readonly string[]> {
  const folder = temporaryFolder('invented');
  try {
    const invented = inventHistory(folder, { commits: commits ?? INVENTED_COMMITS, seed });
    const report = await replayAloud(invented);
    return [...report.problems, ...surprises(invented, report.steps)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function replayAloud(history: History): Promise<ReplayReport> {
  const all = history.commits.length - 1;
  let done = 0;
  console.error(`${history.name}: ${all} commits`);
  const report = await replay(history, () => {
    done += 1;
    if (done % TELL_EVERY === 0) console.error(`  ${done} of ${all}`);
  });
  console.log(describeReplay(history, report));
  return report;
}

function wholeNumber(name: string, text: string | null): number | null {
  if (text === null) return null;
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new TypeError(`${name} ${text}: expected a whole number from 1 to 9999999`);
}
