import type { Command } from 'commander';
import type { Status } from '../../app/read-status.ts';
import { EXIT, type ExitCode } from '../../core/errors.ts';
import type { Context } from '../context.ts';
import type { Print } from '../print.ts';

export function addStatus(program: Command, context: Context): void {
  program
    .command('status')
    .description('the whole picture: components, workspaces, who holds which lease')
    .action(() => context.run((print) => status(context, print)));
}

async function status({ client }: Context, print: Print): Promise<ExitCode> {
  const picture = await client.get<Status>('/status');
  print.answer(picture, () => print.text(JSON.stringify(picture, null, 2)));
  return EXIT.ok;
}
