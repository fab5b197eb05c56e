import type { Command } from 'commander';
import { verifyAudit } from '../../app/verify-audit.ts';
import { EXIT } from '../../core/errors.ts';
import { type Context, withNeeds } from '../context.ts';

export function addAuditCommands(program: Command, context: Context): void {
  program
    .command('audit')
    .description('the append-only record of everything')
    .command('verify')
    .description('find any edit, loss or reordering in the ledger and in logs/audit.log')
    .action(() =>
      context.run((print) =>
        withNeeds(context.host, { kind: 'installation' }, async (needs) => {
          const report = await verifyAudit(needs);
          print.answer(report, () => {
            for (const problem of report.problems) print.text(problem);
            const read = `${report.chains} chains, ${report.lines} lines of the audit log`;
            print.text(report.ok ? `ok: ${read}` : `broken: ${report.problems.length} problems in ${read}`);
          });
          return report.ok ? EXIT.ok : EXIT.integrity;
        }),
      ),
    );
}
