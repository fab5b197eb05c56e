import { parseArgs } from 'node:util';
import { runPowerLoss, SYNCS, type SyncKind } from '../../test/crash/power-loss/campaign.ts';
import { whyNotTraced } from '../../test/crash/power-loss/record.ts';

/*
 * npm run crash:power: records the product with strace and opens what a power cut at any moment could have left. Exit 1
 * when a promise was broken, or when a recording that was robbed of its syncs was not found out.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    recordings: { type: 'string', default: '3' },
    images: { type: 'string', default: '300' },
    /** What makes a new name durable: `directory`, as POSIX has it, or `file` too, as ext4 does it. */
    names: { type: 'string', default: 'directory' },
    /** Rob a recording of the syncs of each kind in turn. */
    robbed: { type: 'boolean', default: false },
  },
});
const asked = {
  seed: Number(values.seed),
  recordings: Number(values.recordings),
  images: Number(values.images),
  names: values.names === 'file' ? ('file' as const) : ('directory' as const),
};

const why = whyNotTraced();
if (why !== null) throw new Error(why);
process.exitCode = (await (values.robbed ? findRobbed() : findViolations())) ? 0 : 1;

async function findViolations(): Promise<boolean> {
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

async function findRobbed(): Promise<boolean> {
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
