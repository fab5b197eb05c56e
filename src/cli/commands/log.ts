import type { Command } from 'commander';
import { EXIT } from '../../core/errors.ts';
import { printOutputs, readLog } from '../check-log.ts';
import type { Context } from '../context.ts';
import { printLog } from '../follow-log.ts';
import { lineCountOption } from '../options.ts';
import type { Print } from '../print.ts';

interface LogOptions {
  readonly follow?: true;
  readonly timestamps?: true;
  readonly raw?: true;
  readonly check?: string | null;
  readonly tail?: number | null;
}

export function addLog(program: Command, context: Context): void {
  program
    .command('log')
    .description('what the checks of a patch printed')
    .argument('<id>', 'its id')
    .option('-f, --follow', 'go on until the patch is over')
    .option('--timestamps', 'with the time at which each line came')
    .addOption(lineCountOption('--tail <lines>', 'of each output only so many lines of its end'))
    .option('--check <name>', 'of this check only')
    .option('--raw', 'the bytes as they came, and nothing else')
    .action((id: string, options: LogOptions) =>
      context.run(async (print) => {
        if (options.follow || options.timestamps || options.raw)
          await stream(context, print, { id, ...options });
        else await tell(context, print, { id, ...options });
        return EXIT.ok;
      }),
    );
}

async function tell(
  { client }: Context,
  print: Print,
  { id, check = null, tail = null }: LogOptions & { id: string },
): Promise<void> {
  const log = await readLog(client, id, check);
  print.answer({ id, ...log }, () => printOutputs(print, log, tail));
}

async function stream(
  { client, host }: Context,
  print: Print,
  { id, follow, timestamps, raw, check = null, tail = null }: LogOptions & { id: string },
): Promise<void> {
  await printLog(
    id,
    {
      until: follow ? 'over' : 'now',
      times: timestamps ? 'shown' : 'hidden',
      raw: raw === true,
      ...{ check, tail },
    },
    { client, print, clock: host.clock, stdout: host.stdout },
  );
}
