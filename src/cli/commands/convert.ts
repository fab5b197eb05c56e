import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { oneShotWorkspace } from '../../app/apply-once.ts';
import { type Converted, convertAtTip, convertPatch } from '../../app/convert-patch.ts';
import type { Format } from '../../core/change/change.ts';
import { RENDER_FORMS, type RenderForm } from '../../core/change/render/rendered.ts';
import { EXIT, type ExitCode } from '../../core/errors.ts';
import { type Context, withNeeds } from '../context.ts';
import { formatOption } from '../options.ts';
import type { Print } from '../print.ts';
import { readPatch } from '../read-patch.ts';

interface ConvertOptions {
  readonly to: RenderForm;
  readonly repo?: string;
  readonly format?: Format;
}

export function addConvert(program: Command, context: Context): void {
  program
    .command('convert')
    .description('write a patch in another form; nothing is changed anywhere')
    .argument('<file>', 'the patch, or - for standard input')
    .addOption(new Option('--to <form>', 'the form to write').choices(RENDER_FORMS).makeOptionMandatory())
    .option('--repo <dir>', 'apply it to this repository in memory and write what it does there')
    .addOption(formatOption())
    .action((file: string, options: ConvertOptions) =>
      context.run((print) => convert(context, print, { file, ...options })),
    );
}

async function convert(
  context: Context,
  print: Print,
  options: ConvertOptions & { readonly file: string },
): Promise<ExitCode> {
  const body = await readPatch(context.host, options.file);
  const converted = await converts(context, body, options);
  for (const note of converted.notes) print.note(`note: ${note}`);
  for (const lost of converted.lost) print.note(`note: ${options.to} cannot say ${lost}`);
  print.answer({ ...converted, text: new TextDecoder().decode(converted.text) }, () =>
    print.bytes(converted.text),
  );
  return EXIT.ok;
}

async function converts({ host }: Context, body: Uint8Array, options: ConvertOptions): Promise<Converted> {
  const { to, repo, format = null } = options;
  if (repo === undefined) {
    const yaml = await host.yaml();
    return convertPatch(body, { format, root: null, yaml: (text) => yaml.locate(text) }, to);
  }
  const target = resolve(host.cwd, repo);
  return withNeeds(host, { kind: 'one-shot', target }, async (needs) =>
    convertAtTip(needs, { workspace: await oneShotWorkspace(needs, target), body, format, to }),
  );
}
