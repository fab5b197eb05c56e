import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { LedgerReport } from '../../app/ledger/check-ledger.ts';
import type { CopiedLedger, Progress } from '../../app/ledger/export-ledger.ts';
import { EXIT } from '../../core/errors.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Context } from '../context.ts';
import type { Print } from '../print.ts';

const TOLD_EVERY_MS = 2_000;

export function addLedgerCommands(program: Command, context: Context): void {
  const { host, run } = context;
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
  addCopies(ledger, context);
}

/** Between rungs: what one store gives, another takes. */
function addCopies(ledger: Command, { host, run }: Context): void {
  const { processes, cwd, clock } = host;
  const path = (file: string) => (file === '-' ? null : resolve(cwd, file));
  ledger
    .command('export')
    .description('write all of it, as lines of JSON, to a file that another ledger can be filled from')
    .argument('<file>', 'of a name that is not taken; - for standard output')
    .action((file: string) =>
      run(async (print) => {
        const copied = await processes.exportLedger(path(file), progressOf(print, clock));
        printCopy(print, copied, file === '-' ? 'on stderr' : 'as data');
        return EXIT.ok;
      }),
    );
  ledger
    .command('import')
    .description('fill the empty ledger of this home, or of GHOST_LEDGER, from such a file')
    .argument('<file>', 'that was exported; - for standard input')
    .action((file: string) =>
      run(async (print) => {
        printCopy(print, await processes.importLedger(path(file), progressOf(print, clock)), 'as data');
        print.note('hint: `ghost ledger check` reads all of it before you start on it');
        return EXIT.ok;
      }),
    );
}

function progressOf(print: Print, clock: Clock): Progress {
  let toldAt = clock.monotonic();
  return (done, of) => {
    if (clock.monotonic() - toldAt < TOLD_EVERY_MS) return;
    toldAt = clock.monotonic();
    print.note(`${done} of ${of}`);
  };
}

function printCopy(print: Print, copied: CopiedLedger, where: 'as data' | 'on stderr'): void {
  const { installation, store, schema, counts, digest } = copied;
  if (where === 'on stderr') {
    print.note(`${Object.values(counts).reduce((sum, count) => sum + count, 0)} parts, digest ${digest}`);
    return;
  }
  const facts = { installation, store, schema, ...counts, digest };
  print.answer(copied, () =>
    print.table(
      ['copy', 'whole'],
      Object.entries(facts).map(([name, value]) => [name, `${value}`]),
    ),
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
