import type { Command } from 'commander';
import type { ReceiptView } from '../../app/views.ts';
import { EXIT, type ExitCode } from '../../core/errors.ts';
import type { Context } from '../context.ts';
import { durationOption } from '../options.ts';
import type { Print } from '../print.ts';
import { endOf, exitOfAll, printAll, sayReceipt } from '../receipt.ts';

interface AgainOptions {
  readonly wait?: true;
  readonly timeout: number;
}

/** `retry` and `revert`: both make a new patch out of an earlier one. */
export function addRetryAndRevert(program: Command, context: Context): void {
  add(program, context, {
    act: 'retry',
    description: 'submit a patch again that is rejected, failed, cancelled or taken off the branch',
  });
  add(program, context, { act: 'revert', description: 'submit a new patch that undoes a landed one' });
}

interface Act {
  readonly act: 'retry' | 'revert';
  readonly description: string;
}

function add(program: Command, context: Context, { act, description }: Act): void {
  program
    .command(act)
    .description(description)
    .argument('<id>', 'the earlier patch')
    .option('--wait', 'follow the new patch to its end')
    .addOption(durationOption('--timeout <duration>', 'how long --wait waits', '1h'))
    .action((id: string, options: AgainOptions) =>
      context.run((print) => again(context, print, { act, id, ...options })),
    );
}

async function again(
  context: Context,
  print: Print,
  { act, id, wait, timeout }: AgainOptions & { readonly act: string; readonly id: string },
): Promise<ExitCode> {
  const receipt = await context.client.post<ReceiptView>(`/api/v1/patches/${encodeURIComponent(id)}/${act}`);
  sayReceipt(print, receipt);
  const standing = wait ? await endOf(context, print, { receipt, timeoutMs: timeout }) : receipt;
  print.answer(standing, () => printAll(print, standing));
  return wait ? exitOfAll(standing) : EXIT.ok;
}
