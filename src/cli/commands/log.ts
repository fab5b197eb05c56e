import type { Command } from 'commander';
import { EXIT } from '../../core/errors.ts';
import { printOutputs, readLog } from '../check-log.ts';
import type { Context } from '../context.ts';

export function addLog(program: Command, context: Context): void {
  program
    .command('log')
    .description('what the checks of a patch printed')
    .argument('<id>', 'its id')
    .action((id: string) =>
      context.run(async (print) => {
        const log = await readLog(context.client, id);
        print.answer({ id, checks: log }, () => printOutputs(print, log));
        return EXIT.ok;
      }),
    );
}
