import type { Command } from 'commander';
import type { Diagnosis, DoctorReport } from '../../app/diagnose.ts';
import { EXIT, type ExitCode } from '../../core/errors.ts';
import type { Context } from '../context.ts';
import type { Print } from '../print.ts';

export function addDoctor(program: Command, { host, run }: Context): void {
  program
    .command('doctor')
    .description('ask everything that Ghost rests on, and say what to put right; starts nothing')
    .action(() => run(async (print) => sayReport(print, await host.processes.doctor())));
}

function sayReport(print: Print, report: DoctorReport): ExitCode {
  print.answer(report, () => {
    print.table(['what', 'state', 'saw'], [...report.diagnoses.map(rowOf), ['overall', report.state, '']]);
    // Below the table, which a fix in many words would tear.
    for (const { what, fix } of report.diagnoses) if (fix !== null) print.text(`${what}: ${fix}`);
  });
  return report.state === 'refused' ? EXIT.failed : EXIT.ok;
}

function rowOf({ what, state, saw }: Diagnosis): readonly string[] {
  return [what, state, saw];
}
