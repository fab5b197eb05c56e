import type { Command } from 'commander';
import type { ReceiptView } from '../../app/views.ts';
import type { Format } from '../../core/change/change.ts';
import { EXIT, type ExitCode, fail } from '../../core/errors.ts';
import type { Context } from '../context.ts';
import { collectFlag, durationOption, formatOption, mergeRuleOf, threeWayOption } from '../options.ts';
import { readSources } from '../patch-source.ts';
import type { Print } from '../print.ts';
import { endOf, exitOfAll, printAll, type Standing, sayReceipt } from '../receipt.ts';

interface SubmitOptions {
  readonly workspace?: string;
  readonly wait?: true;
  readonly timeout: number;
  readonly force?: true;
  readonly title?: string;
  readonly phase?: string;
  readonly flag?: readonly string[];
  readonly repairs?: string;
  readonly threeWay?: true;
  readonly idempotencyKey?: string;
  readonly format?: Format;
  readonly path?: string;
  readonly fromGit?: string;
  readonly repo?: string;
}

export function addSubmit(program: Command, context: Context): void {
  program
    .command('submit')
    .description('submit patches to the service, each file on its own')
    .argument('[files...]', 'the patches; - is standard input, and so is none where it is no terminal')
    .option('-w, --workspace <name>', 'where it goes; the only workspace needs no naming')
    .option('--wait', 'follow it to its end; the exit code tells which')
    .addOption(durationOption('--timeout <duration>', 'how long --wait waits', '1h'))
    .option('--force', 'make a new patch even if this content was submitted before')
    .option('--title <text>', 'its title')
    .option('--phase <name>', 'the phase that it belongs to, such as P14; else the one that its text names')
    .option('--flag <name>', 'hold it to one of the six flags; may be given several times', collectFlag, [])
    .addOption(formatOption())
    .option('--path <file>', 'the file that hunks without a header, or a whole content, are about')
    .option('--from-git <range>', 'commits of a local clone as a series: -3, A..B or one commit')
    .option('--repo <dir>', 'where --from-git looks; the current directory')
    .option(
      '--repairs <id>',
      'the rejected patch of which this is the next attempt; it also tells the workspace',
    )
    .addOption(threeWayOption())
    .option('--idempotency-key <key>', 'the same key and content is one patch, however often it is sent')
    .action((files: readonly string[], options: SubmitOptions) =>
      context.run((print) => submit(context, print, { files, ...options })),
    );
}

type Submit = SubmitOptions & { readonly files: readonly string[] };

async function submit(context: Context, print: Print, options: Submit): Promise<ExitCode> {
  refuseForSeveral(options);
  const texts = await readSources(context.host, options);
  const receipts: ReceiptView[] = [];
  for (const text of texts) {
    const receipt = await post(context, text, options);
    sayReceipt(print, receipt);
    receipts.push(receipt);
  }
  const standing = options.wait ? await ends(context, print, { receipts, ...options }) : receipts;
  print.answer(standing.length === 1 ? standing[0] : { patches: standing }, () => {
    for (const one of standing) printAll(print, one);
  });
  return options.wait ? worstOf(standing) : EXIT.ok;
}

/** What is said of one patch cannot be said of several. */
function refuseForSeveral({ files, ...options }: Submit): void {
  if (files.length < 2) return;
  const said = (['title', 'repairs', 'idempotencyKey', 'path'] as const).find((name) => options[name]);
  if (said === undefined) return;
  const flag = `--${said.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw fail('input_invalid', {
    where: flag,
    problem: `is about one patch, and ${files.length} files are given`,
  });
}

function post({ client }: Context, body: Uint8Array, options: Submit): Promise<ReceiptView> {
  // Only what a text in our own JSON form was made of is said there.
  const format = options.path === undefined ? (options.format ?? null) : 'json-edits';
  return client.post<ReceiptView>('/api/v1/patches', {
    query: {
      workspace: options.workspace ?? null,
      title: options.title ?? null,
      phase: options.phase ?? null,
      flags: options.flag?.length ? options.flag.join(',') : null,
      format,
      force: options.force ? 'true' : null,
      repairs: options.repairs ?? null,
      merge: mergeRuleOf(options),
    },
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      ...(options.idempotencyKey === undefined ? {} : { 'idempotency-key': options.idempotencyKey }),
    },
    body,
  });
}

async function ends(
  context: Context,
  print: Print,
  { receipts, timeout }: { readonly receipts: readonly ReceiptView[]; readonly timeout: number },
): Promise<readonly Standing[]> {
  const standing: Standing[] = [];
  for (const receipt of receipts) standing.push(await endOf(context, print, { receipt, timeoutMs: timeout }));
  return standing;
}

function worstOf([first, ...more]: readonly Standing[]): ExitCode {
  if (first === undefined) return EXIT.ok;
  const waits = [first, ...more].find((one) => typeof one.waits === 'string')?.waits ?? null;
  return exitOfAll({ ...first, waits, rest: [...first.rest, ...more.flatMap((one) => [one, ...one.rest])] });
}
