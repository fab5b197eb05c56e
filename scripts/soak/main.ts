// npm run soak [-- --commits N --seed N]: replays whole histories through a gateway and a runner.
// npm run soak -- --kills [--patches N --seed N ...]: runs an installation whose processes are killed all the time.
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../../test/world/git.ts';
import { type Given, type Kinds, readOptions, runCommand, UsageError } from '../lib/options.ts';
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

const KINDS: Kinds = {
  ...{ commits: 'text', seed: 'text', kills: 'flag', patches: 'text', workspaces: 'text' },
  ...{ runners: 'text', gateways: 'text', lease: 'text', every: 'text', json: 'flag' },
};
const OF_KILLS = ['patches', 'workspaces', 'runners', 'gateways', 'lease', 'every'] as const;

await runCommand(HELP, async () => {
  const given = readOptions(process.argv.slice(2), KINDS);
  const seed = given.number('seed', Date.now() % 1_000_000, 0);
  const [first] = (given.flag('kills') ? ['commits'] : OF_KILLS).filter((name) => given.text(name) !== null);
  if (first !== undefined)
    throw new UsageError(
      `--${first}`,
      given.text(first) ?? '',
      given.flag('kills') ? 'no --kills' : '--kills',
    );
  return given.flag('kills') ? soakKilling(given, seed) : soakHistories(given, seed);
});

async function soakKilling(given: Given, seed: number): Promise<number> {
  return soakWithKills({
    ...{ seed, json: given.flag('json') },
    patches: given.number('patches', 2_000),
    workspaces: given.number('workspaces', 16),
    runners: given.number('runners', 3),
    gateways: given.number('gateways', 2),
    leaseTtlMs: given.number('lease', 2_000),
    killEveryMs: given.number('every', 500),
  });
}

async function soakHistories(given: Given, seed: number): Promise<number> {
  const commits = given.text('commits') === null ? null : given.number('commits', 1);
  const wrong = [...(await soakOwn(commits)), ...(await soakInvented(commits, seed))];
  for (const line of wrong) console.log(`WRONG ${line}`);
  return wrong.length === 0 ? 0 : 1;
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
