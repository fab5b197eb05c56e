import { type Command, InvalidArgumentError } from 'commander';
import type { Needs } from '../../app/needs.ts';
import { tryVerifyWorkspace, type Unverified } from '../../app/try-verify-workspace.ts';
import type { VerifyOptions, VerifyReport } from '../../app/verify-workspace.ts';
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
  const reports: Verified[] = [];
  for (const each of names)
    reports.push(
      await tryVerifyWorkspace(needs, each, {
        replay: flags.replay ? { from: flags.since } : 'none',
        progress: progressOf(print, each),
      }),
    );
  print.answer({ ok: reports.every(({ ok }) => ok), workspaces: reports }, () => {
    if (reports.length === 0) print.note('no workspaces, so nothing was verified');
    for (const report of reports) printReport(print, report);
  });
  return exitOf(reports);
}

type Verified = VerifyReport | Unverified;

/** What is known to differ is told before what is not known. */
function exitOf(reports: readonly Verified[]): ExitCode {
  if (reports.some((report) => !report.ok && !('unverified' in report))) return EXIT.integrity;
  return reports.every(({ ok }) => ok) ? EXIT.ok : EXIT.unreachable;
}

/** A second or a few, whatever is computed. */
const TOLD_EVERY = 500;

function progressOf(print: Print, name: string): VerifyOptions['progress'] {
  return (verified) => {
    if (verified % TOLD_EVERY === 0) print.note(`${name}: ${verified} landings verified`);
  };
}

function printReport(print: Print, report: Verified): void {
  if ('unverified' in report) {
    print.text(`${report.workspace}: not verified: ${report.unverified.message}`);
    print.text(`${report.workspace}: hint: ${report.unverified.hint}`);
    return;
  }
  for (const problem of report.problems) print.text(`${report.workspace}: ${problem}`);
  for (const note of report.notes) print.text(`${report.workspace}: ${note}`);
  print.text(`${report.workspace}: ${report.ok ? 'ok' : 'broken'}, ${sayCounts(report)}`);
}

function sayCounts({ landed, commits, landing, others, accepted, replayed }: VerifyReport): string {
  const underWay = landing > 0 ? `, ${landing} landing now` : '';
  const foreign = others > 0 ? `, ${others} commits of others before or between` : '';
  const taken = accepted > 0 ? `, ${accepted} commits of another ledger, accepted` : '';
  return `${landed} landed patches, ${commits} commits, ${replayed} trees computed again${underWay}${foreign}${taken}`;
}

function readLanding(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('Expected a landing number, from 1.');
  return Number(text);
}
