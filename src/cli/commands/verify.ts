import { type Command, InvalidArgumentError } from 'commander';
import type { Needs } from '../../app/needs.ts';
import { type VerifyOptions, type VerifyReport, verifyWorkspace } from '../../app/verify-workspace.ts';
import { EXIT, type ExitCode } from '../../core/errors.ts';
import { type Context, withNeeds } from '../context.ts';
import type { Print } from '../print.ts';

interface VerifyFlags {
  readonly all?: true;
  readonly replay: boolean;
  readonly since: number;
}

export function addVerify(program: Command, context: Context): void {
  program
    .command('verify')
    .description('hold what landed against the branch: every entry has its commit and every commit its entry')
    .argument('[workspace]', 'one of them; else all')
    .option('--all', 'all of them, as without a name')
    .option(
      '--no-replay',
      'believe the recorded trees; else each is computed again from the text of its patch',
    )
    .option('--since <landing>', 'compute trees again from this landing number on', readLanding, 1)
    .action((name: string | undefined, flags: VerifyFlags) =>
      context.run((print) =>
        withNeeds(context.host, { kind: 'installation' }, (needs) =>
          verify(needs, print, { name: flags.all ? undefined : name, flags }),
        ),
      ),
    );
}

async function verify(
  needs: Needs,
  print: Print,
  { name, flags }: { readonly name: string | undefined; readonly flags: VerifyFlags },
): Promise<ExitCode> {
  const names = name === undefined ? (await needs.workspaces.list()).map((each) => each.name) : [name];
  const reports: VerifyReport[] = [];
  for (const each of names) {
    const report = await verifyWorkspace(needs, each, {
      replay: flags.replay ? { from: flags.since } : 'none',
      progress: progressOf(print, each),
    });
    reports.push(report);
  }
  print.answer({ ok: reports.every(({ ok }) => ok), workspaces: reports }, () => {
    if (reports.length === 0) print.note('no workspaces, so nothing was verified');
    for (const report of reports) printReport(print, report);
  });
  return reports.every(({ ok }) => ok) ? EXIT.ok : EXIT.integrity;
}

/** A second or a few, whatever is computed. */
const TOLD_EVERY = 500;

function progressOf(print: Print, name: string): VerifyOptions['progress'] {
  return (verified) => {
    if (verified % TOLD_EVERY === 0) print.note(`${name}: ${verified} landings verified`);
  };
}

function printReport(print: Print, report: VerifyReport): void {
  for (const problem of report.problems) print.text(`${report.workspace}: ${problem}`);
  for (const note of report.notes) print.text(`${report.workspace}: ${note}`);
  print.text(`${report.workspace}: ${report.ok ? 'ok' : 'broken'}, ${sayCounts(report)}`);
}

function sayCounts({ landed, commits, landing, others, replayed }: VerifyReport): string {
  const underWay = landing > 0 ? `, ${landing} landing now` : '';
  const foreign = others > 0 ? `, ${others} commits of others before or between` : '';
  return `${landed} landed patches, ${commits} commits, ${replayed} trees computed again${underWay}${foreign}`;
}

function readLanding(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('Expected a landing number, from 1.');
  return Number(text);
}
