import type { Command } from 'commander';
import type { PatchView, viewApproval } from '../../app/views.ts';
import { EXIT, type ExitCode } from '../../core/errors.ts';
import type { Context } from '../context.ts';
import { jsonRequest } from '../json-request.ts';
import { printPatch } from '../patch-text.ts';
import type { Print } from '../print.ts';

/** `approve` and `reject`: what a person says of a patch that waits. */
export function addApproval(program: Command, context: Context): void {
  program
    .command('approve')
    .description('vouch for what a patch does to the branch as it is now')
    .argument('<id>', 'its id')
    .option('--base <commit>', 'only if that is still the tip, as `ghost show` told it')
    .option('--effect <digest>', 'only if the patch still does that, as `ghost show` told it')
    .action((id: string, seen: Seen) => context.run((print) => approve(context, print, { id, seen })));
  program
    .command('reject')
    .description('turn a patch down; its author is told who and why')
    .argument('<id>', 'its id')
    .requiredOption('--reason <text>', 'what is wrong with it')
    .action((id: string, options: { readonly reason: string }) =>
      context.run((print) => reject(context, print, { id, ...options })),
    );
}

interface Seen {
  readonly base?: string;
  readonly effect?: string;
}

async function approve(
  { client }: Context,
  print: Print,
  { id, seen: { base, effect } }: { readonly id: string; readonly seen: Seen },
): Promise<ExitCode> {
  const view = await client.post<ReturnType<typeof viewApproval>>(
    pathOf(id, 'approve'),
    jsonRequest({ base, effect }),
  );
  const { approved } = view;
  print.answer(view, () => {
    printPatch(print, view);
    print.text(`approved by ${approved.by} on ${approved.base}: ${approved.paths.join(', ')}`);
    print.text(`effect ${approved.effect}`);
    if (approved.repeated) print.text('the same was approved by the same person before, and counts once');
    if (approved.wanting !== null) print.text(`it still waits: ${approved.wanting}`);
  });
  return EXIT.ok;
}

async function reject(
  { client }: Context,
  print: Print,
  { id, reason }: { readonly id: string; readonly reason: string },
): Promise<ExitCode> {
  const view = await client.post<PatchView>(pathOf(id, 'reject'), jsonRequest({ reason }));
  print.answer(view, () => printPatch(print, view));
  return EXIT.ok;
}

function pathOf(id: string, act: 'approve' | 'reject'): string {
  return `/api/v1/patches/${encodeURIComponent(id)}/${act}`;
}
