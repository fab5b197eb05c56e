// npm run crash:stores: the production rung as processes, while its stores, its networks and its processes fail.
import { RUNG_MISSING } from '../../test/world/production-rung.ts';
import { interruptible } from '../lib/interruptible.ts';
import { type Given, readOptions, runCommand } from '../lib/options.ts';
import { type CampaignOptions, type CampaignReport, campaign } from './campaign.ts';

const USAGE = `npm run crash:stores -- [--faults N] [--every MS] [--seed S] [--workspaces N] [--json]   as many patches as it takes
npm run crash:stores -- --kills [--patches N] [--seed S] [--workspaces N] [--json]            one kill of each kind in their course`;
const LEASE_MS = 3_000;

await runCommand(USAGE, async () => {
  const given = readOptions(process.argv.slice(2), {
    ...{ faults: 'text', every: 'text', seed: 'text', workspaces: 'text', patches: 'text' },
    ...{ kills: 'flag', json: 'flag' },
  });
  if (RUNG_MISSING !== false) {
    console.error(RUNG_MISSING);
    return 1;
  }
  const options = {
    seed: given.number('seed', 1, 0),
    workspaces: given.number('workspaces', given.flag('kills') ? 50 : 8),
    course: courseOf(given),
    leaseTtlMs: LEASE_MS,
    tell: (text: string) => console.error(text),
  };
  const report = await interruptible((interruption) => campaign({ ...options, ...interruption }));
  console.log(given.flag('json') ? JSON.stringify(report) : asText(report));
  return report.violations.length === 0 && report.total > 0 ? 0 : 1;
});

function courseOf(given: Given): CampaignOptions['course'] {
  if (given.flag('kills')) return { kind: 'kills', patches: given.number('patches', 500) };
  return { kind: 'random', faults: given.number('faults', 200), everyMs: given.number('every', 150) };
}

function asText({ course, ...report }: CampaignReport): string {
  const seconds = report.durationMs / 1000;
  return [
    `seed ${report.seed}, ${report.workspaces} workspaces: ${report.acknowledged} patches acknowledged, ${course.accepted} accepted`,
    `  ends       ${course.landed} landed, ${course.rejected} rejected, ${course.failed} failed, ${course.cancelled} cancelled`,
    `  on the way ${course.rescued} rescued, ${course.takeovers} takeovers, ${report.restarts} restarts`,
    `  faults     ${report.total}, ${(report.total / seconds).toFixed(1)} per s`,
    ...Object.entries(report.faults).map(([what, count]) => `    ${`${count}`.padStart(5)} ${what}`),
    `  violations ${report.violations.length}`,
    ...report.violations.map((violation) => `    VIOLATION ${violation}`),
    ...(report.keptIn === null ? [] : [`  kept in ${report.keptIn}`]),
  ].join('\n');
}
