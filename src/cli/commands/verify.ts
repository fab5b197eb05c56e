import type { Command } from 'commander';
import type { Needs } from '../../app/needs.ts';
import { type VerifyReport, verifyWorkspace } from '../../app/verify-workspace.ts';
import { EXIT, type ExitCode } from '../../core/errors.ts';
import { type Context, withNeeds } from '../context.ts';
import type { Print } from '../print.ts';

export function addVerify(program: Command, context: Context): void {
  program
    .command('verify')
    .description('hold what landed against the branch: every entry has its commit and every commit its entry')
    .argument('[workspace]', 'one of them; else all')
    .action((name: string | undefined) =>
      context.run((print) =>
        withNeeds(context.host, { kind: 'installation' }, (needs) => verify(needs, print, name)),
      ),
    );
}

async function verify(needs: Needs, print: Print, name: string | undefined): Promise<ExitCode> {
  const names = name === undefined ? (await needs.workspaces.list()).map((each) => each.name) : [name];
  const reports: VerifyReport[] = [];
  for (const each of names) reports.push(await verifyWorkspace(needs, each));
  print.answer({ ok: reports.every(({ ok }) => ok), workspaces: reports }, () => {
    if (reports.length === 0) print.note('no workspaces, so nothing was verified');
    for (const report of reports) {
      for (const problem of report.problems) print.text(`${report.workspace}: ${problem}`);
      const read = sayCounts(report);
      print.text(`${report.workspace}: ${report.ok ? 'ok' : 'broken'}, ${read}`);
    }
  });
  return reports.every(({ ok }) => ok) ? EXIT.ok : EXIT.integrity;
}

function sayCounts({ landed, commits, landing, others }: VerifyReport): string {
  const underWay = landing > 0 ? `, ${landing} landing now` : '';
  const foreign = others > 0 ? `, ${others} commits of others before or between` : '';
  return `${landed} landed patches, ${commits} commits${underWay}${foreign}`;
}
