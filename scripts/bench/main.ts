// npm run bench [-- --json] [NAME...]: measures each figure beside its control and says whether its bar was met.
import { parseArgs } from 'node:util';
import { benchChanges } from './changes.ts';
import { asJson, asText, type BenchReport, type Tell } from './figure.ts';
import { benchIsolation } from './isolation.ts';
import { benchLanding } from './landing.ts';
import { benchMongo } from './mongo.ts';
import { benchReceipts } from './receipts.ts';
import { benchRunners } from './runners.ts';
import { benchStart } from './start.ts';
import { benchTakeover } from './takeover.ts';
import { benchVerdicts } from './verdicts.ts';

const BENCHES: Readonly<Record<string, (tell: Tell) => Promise<BenchReport>>> = {
  changes: benchChanges,
  isolation: benchIsolation,
  landing: benchLanding,
  mongo: benchMongo,
  receipts: benchReceipts,
  runners: benchRunners,
  start: benchStart,
  takeover: benchTakeover,
  verdicts: benchVerdicts,
};
const NAMES = Object.keys(BENCHES);

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean' }, help: { type: 'boolean' } },
  allowPositionals: true,
});
const unknown = positionals.find((name) => !NAMES.includes(name));
if (values.help || unknown !== undefined) {
  console.log(`npm run bench -- [--json] [NAME...]   NAME is one of ${NAMES.join(', ')}; all when left out`);
  process.exitCode = unknown === undefined ? 0 : 2;
} else {
  const chosen = NAMES.filter((name) => positionals.length === 0 || positionals.includes(name));
  const reports: BenchReport[] = [];
  for (const name of chosen)
    reports.push((await BENCHES[name]?.((text) => console.error(text))) ?? { figures: [], details: [] });
  const all: BenchReport = {
    figures: reports.flatMap(({ figures }) => figures),
    details: reports.flatMap(({ details }) => details),
  };
  console.log(values.json ? asJson(all) : asText(all));
}
