import type { Command } from 'commander';
import type { Needs } from '../../app/needs.ts';
import { rebuildAudit } from '../../app/rebuild-audit.ts';
import { rebuildSummaries } from '../../app/rebuild-summaries.ts';
import { type AuditReport, verifyAudit } from '../../app/verify/verify-audit.ts';
import { EXIT, type ExitCode } from '../../core/errors.ts';
import { type Context, withNeeds } from '../context.ts';
import type { Print } from '../print.ts';

export function addAuditCommands(program: Command, context: Context): void {
  const audit = program.command('audit').description('the append-only record of everything');
  const local = (act: (needs: Needs, print: Print) => Promise<ExitCode>) =>
    context.run((print) => withNeeds(context.host, { kind: 'installation' }, (needs) => act(needs, print)));
  audit
    .command('verify')
    .description('find any edit, loss or reordering in the ledger and in logs/audit.log')
    .action(() => local(verify));
  audit
    .command('rebuild')
    .description('keep a damaged logs/audit.log aside and write it anew from the ledger')
    .option('--summaries', 'leave the log, and write all summaries that are missing')
    .action(({ summaries }: { readonly summaries?: true }) =>
      local((needs, print) =>
        summaries ? writeSummaries(needs, print) : rebuild(needs, print, context.host.user),
      ),
    );
}

async function verify(needs: Needs, print: Print): Promise<ExitCode> {
  const report = await verifyAudit(needs);
  print.answer(report, () => sayReport(print, report));
  return report.ok ? EXIT.ok : EXIT.integrity;
}

async function writeSummaries(needs: Needs, print: Print): Promise<ExitCode> {
  const written = await rebuildSummaries(needs);
  print.answer({ written }, () => print.text(`ok: ${sayWritten(written)}`));
  return EXIT.ok;
}

function sayWritten(written: number): string {
  if (written === 0) return 'no summary was missing';
  return written === 1
    ? '1 summary was missing, and is written'
    : `${written} summaries were missing, and are written`;
}

async function rebuild(needs: Needs, print: Print, actor: string): Promise<ExitCode> {
  const rebuilt = await rebuildAudit(needs, { actor });
  const { kept, problems, report } = rebuilt;
  print.answer(rebuilt, () => {
    const old = kept === null ? 'there was no log' : `kept logs/${kept}`;
    print.text(problems.length === 0 ? `${old}; nothing was wrong` : `${old}; what was wrong:`);
    for (const problem of problems) print.text(`  ${problem}`);
    sayReport(print, report);
  });
  return report.ok ? EXIT.ok : EXIT.integrity;
}

function sayReport(print: Print, { ok, problems, chains, lines }: AuditReport): void {
  for (const problem of problems) print.text(problem);
  const read = `${chains} chains, ${lines} lines of the audit log`;
  print.text(ok ? `ok: ${read}` : `broken: ${problems.length} problems in ${read}`);
}
