import type { Command } from 'commander';
import type { ShownPatchView } from '../../app/views.ts';
import { EXIT, type ExitCode } from '../../core/errors.ts';
import { printChecks, readLog } from '../check-log.ts';
import type { Context } from '../context.ts';
import { findLine, followsRemote, whyStill } from '../line.ts';
import { isWaiting, printPatch } from '../patch-text.ts';
import { savePictures } from '../pictures.ts';
import type { Print } from '../print.ts';

interface ShowOptions {
  readonly diff?: true;
  readonly checks?: true;
  readonly evidence?: true;
  readonly pictures?: string;
}

export function addShow(program: Command, context: Context): void {
  program
    .command('show')
    .description('one patch: where it stands and why')
    .argument('<id>', 'its id')
    .option('--diff', 'what it changed, as git tells it')
    .option('--checks', 'the verdicts of its gate')
    .option('--evidence', 'everything observed about it, as JSON')
    .option('--pictures <folder>', 'save the pictures that its checks took there')
    .action((id: string, options: ShowOptions) =>
      context.run((print) => show(context, print, { id, ...options })),
    );
}

async function show(
  { client }: Context,
  print: Print,
  { id, diff, checks, evidence, pictures }: ShowOptions & { readonly id: string },
): Promise<ExitCode> {
  const path = `/api/v1/patches/${encodeURIComponent(id)}`;
  if (diff) {
    const bytes = await client.text(`${path}/diff`, 'text/x-diff');
    print.answer({ id, diff: new TextDecoder().decode(bytes) }, () => print.bytes(bytes));
  } else if (checks) {
    const { checks: log } = await readLog(client, id);
    print.answer({ id, checks: log.map(({ output: _, ...check }) => check) }, () => printChecks(print, log));
  } else if (pictures !== undefined) {
    await savePictures(client, print, { id, folder: pictures });
  } else if (evidence) {
    const document = await client.get<object>(`${path}/evidence`);
    print.answer(document, () => print.text(JSON.stringify(document, null, 2)));
  } else {
    const view = await client.get<ShownPatchView>(path);
    const line = await findLine(client, view.workspace);
    const waits = isWaiting(view) ? whyStill(line) : null;
    print.answer({ ...view, waits }, () =>
      printPatch(print, view, { waits, hasFollower: followsRemote(line) }),
    );
  }
  return EXIT.ok;
}
