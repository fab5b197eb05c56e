// npm run crash:power: records the product with strace and opens what a power cut at any moment could have left.
import {
  type PowerLossOptions,
  runPowerLoss,
  SYNCS,
  type SyncKind,
} from '../../test/crash/power-loss/campaign.ts';
import { whyNotTraced } from '../../test/crash/power-loss/record.ts';
import { readOptions, runCommand } from '../lib/options.ts';

const USAGE = `npm run crash:power -- [--seed S] [--recordings N] [--images N] [--names directory|file] [--robbed]

--names: what makes a new name durable, a sync of its directory, as POSIX has it, or that of the file too, as ext4 does it.
--robbed: robs a recording of the syncs of each kind in turn, which has to be found out.`;

await runCommand(USAGE, async () => {
  const given = readOptions(process.argv.slice(2), {
    ...{ seed: 'text', recordings: 'text', images: 'text', names: 'text', robbed: 'flag' },
  });
  const asked = {
    seed: given.number('seed', 1, 0),
    recordings: given.number('recordings', 3),
    images: given.number('images', 300),
    names: given.oneOf('names', ['directory', 'file']) ?? 'directory',
  };
  const why = whyNotTraced();
  if (why !== null) throw new Error(why);
  return (await (given.flag('robbed') ? findRobbed(asked) : findViolations(asked))) ? 0 : 1;
});

type Asked = Pick<PowerLossOptions, 'seed' | 'recordings' | 'images' | 'names'>;

async function findViolations(asked: Asked): Promise<boolean> {
  const figures = await runPowerLoss({
    ...{ ...asked, without: null },
    onViolation: (text) => {
      console.log(`violation: ${text}`);
      return 'go on';
    },
  });
  console.log(JSON.stringify({ ...asked, ...figures }));
  return figures.violated === 0 && figures.images > 0;
}

async function findRobbed(asked: Asked): Promise<boolean> {
  const found: boolean[] = [];
  for (const without of Object.keys(SYNCS) as SyncKind[]) {
    const { violated, images } = await runPowerLoss({
      ...{ ...asked, recordings: 1, without },
      onViolation: () => 'stop',
    });
    console.log(
      `without the syncs of ${without}: ${violated > 0 ? `found in image ${images}` : `not found in ${images}`}`,
    );
    found.push(violated > 0);
  }
  return found.every(Boolean);
}
