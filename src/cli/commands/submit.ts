import type { Command } from 'commander';
import type { PatchView, ReceiptView } from '../../app/views.ts';
import { EXIT, type ExitCode } from '../../core/errors.ts';
import type { Context } from '../context.ts';
import { durationOption, mergeRuleOf, threeWayOption } from '../options.ts';
import { printPatch } from '../patch-text.ts';
import type { Print } from '../print.ts';
import { readPatch } from '../read-patch.ts';
import { exitOf, waitForEnd } from '../wait.ts';

interface SubmitOptions {
  readonly workspace?: string;
  readonly wait?: true;
  readonly timeout: number;
  readonly force?: true;
  readonly title?: string;
  readonly repairs?: string;
  readonly threeWay?: true;
  readonly idempotencyKey?: string;
}

export function addSubmit(program: Command, context: Context): void {
  program
    .command('submit')
    .description('submit a patch to the service')
    .argument('<file>', 'the patch, or - for standard input')
    .option('-w, --workspace <name>', 'where it goes; the only workspace needs no naming')
    .option('--wait', 'follow it to its end; the exit code tells which')
    .addOption(durationOption('--timeout <duration>', 'how long --wait waits', '1h'))
    .option('--force', 'make a new patch even if this content was submitted before')
    .option('--title <text>', 'its title')
    .option(
      '--repairs <id>',
      'the rejected patch of which this is the next attempt; it also tells the workspace',
    )
    .addOption(threeWayOption())
    .option('--idempotency-key <key>', 'the same key and content is one patch, however often it is sent')
    .action((file: string, options: SubmitOptions) =>
      context.run((print) => submit(context, print, { file, ...options })),
    );
}

async function submit(
  context: Context,
  print: Print,
  { file, ...options }: SubmitOptions & { readonly file: string },
): Promise<ExitCode> {
  const { client, host } = context;
  const receipt = await client.post<ReceiptView>('/api/v1/patches', {
    query: {
      workspace: options.workspace ?? null,
      title: options.title ?? null,
      force: options.force ? 'true' : null,
      repairs: options.repairs ?? null,
      merge: mergeRuleOf(options),
    },
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      ...(options.idempotencyKey === undefined ? {} : { 'idempotency-key': options.idempotencyKey }),
    },
    body: await readPatch(host, file),
  });
  sayReceipt(print, receipt);
  if (!options.wait) return answer(print, receipt, EXIT.ok);
  const end = await waitForEnd(receipt.id, { client, print, clock: host.clock, timeoutMs: options.timeout });
  return answer(print, end, exitOf(end));
}

/** The receipt of a new patch, for every command that makes one. */
export function sayReceipt(print: Print, receipt: ReceiptView): void {
  for (const note of receipt.notes) print.note(`note: ${note}`);
  print.note(
    receipt.repeated
      ? `${receipt.id} was submitted before and is ${receipt.state}; --force, or another idempotency key, makes a new patch`
      : `${receipt.id} accepted for ${receipt.workspace}`,
  );
}

function answer(print: Print, view: PatchView, exit: ExitCode): ExitCode {
  print.answer(view, () => printPatch(print, view));
  return exit;
}
