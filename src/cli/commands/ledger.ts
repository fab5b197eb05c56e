import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { LedgerReport } from '../../app/check-ledger.ts';
import { EXIT } from '../../core/errors.ts';
import type { Context } from '../context.ts';
import type { Print } from '../print.ts';

export function addLedgerCommands(program: Command, { host, run }: Context): void {
  const ledger = program.command('ledger').description('where everything is written down');
  ledger
    .command('check')
    .description('read all of it, and hold it against itself and against the fences of the branches')
    .option('--file <path>', 'another one, such as a backup')
    .action(({ file }: { readonly file?: string }) =>
      run(async (print) => {
        const chosen = file === undefined ? null : resolve(host.cwd, file);
        const report = await host.processes.checkLedger(chosen);
        print.answer(report, () => printReport(print, report));
        return report.ok ? EXIT.ok : EXIT.failed;
      }),
    );
  ledger
    .command('backup')
    .description('copy it to a new file, while Ghost may run, and check the copy')
    .argument('<file>', 'of a name that is not taken')
    .action((file: string) =>
      run(async (print) => {
        const report = await host.processes.backupLedger(resolve(host.cwd, file));
        print.answer(report, () => printReport(print, report));
        return report.ok ? EXIT.ok : EXIT.failed;
      }),
    );
}

function printReport(print: Print, { ok, facts, counts, problems, advice }: LedgerReport): void {
  print.table(
    ['ledger', ok ? 'ok' : 'broken'],
    Object.entries({ ...facts, ...counts }).map(([name, value]) => [name, `${value}`]),
  );
  for (const problem of problems) print.text(problem);
  if (advice !== null) print.note(`hint: ${advice}`);
}
