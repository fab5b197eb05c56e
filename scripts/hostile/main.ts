// npm run hostile [-- --level N] [--theme NAME]: programs that do what no check should, at every level of isolation, as a table.
import { PROGRAMS } from '../../test/adapters/sandbox/hostile/programs.ts';
import { runHostile } from '../../test/adapters/sandbox/hostile/suite.ts';
import { asMarkdown, asTable } from '../../test/adapters/sandbox/hostile/table.ts';
import type { Outcome } from '../../test/adapters/sandbox/hostile/trial.ts';
import { readOptions, runCommand } from '../lib/options.ts';

const THEMES = Object.keys(PROGRAMS);
const USAGE = `npm run hostile [-- --level N] [--theme NAME] [--markdown]

  --level N      3, 2 or 1; all that this machine reaches when left out
  --theme NAME   one of ${THEMES.join(', ')}; all when left out
  --markdown     the table as docs/isolation.md has it`;

await runCommand(USAGE, async () => {
  const options = readOptions(process.argv.slice(2), { level: 'text', theme: 'text', markdown: 'flag' });
  const level = options.oneOf('level', ['3', '2', '1']);
  const theme = options.oneOf('theme', THEMES);
  const programs = THEMES.filter((name) => theme === null || name === theme).flatMap(
    (name) => PROGRAMS[name] ?? [],
  );
  const outcomes: Outcome[] = [];
  let reached = 0;
  for (const each of [3, 2, 1] as const) {
    if (level !== null && level !== String(each)) continue;
    const found = await runHostile(each, programs);
    if (found === null) console.error(`this machine does not reach level ${each}`);
    else reached += 1;
    outcomes.push(...(found ?? []));
  }
  console.log((options.flag('markdown') ? asMarkdown : asTable)(outcomes).join('\n'));
  const broken = outcomes.filter(({ kind }) => kind === 'broken').length;
  const run = outcomes.filter(({ kind }) => kind !== 'spared').length;
  console.error(`${programs.length} programs, ${run} runs at ${reached} levels, ${broken} broken`);
  return broken === 0 && reached > 0 ? 0 : 1;
});
