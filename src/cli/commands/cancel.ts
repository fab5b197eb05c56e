import type { Command } from 'commander';
import type { PatchView } from '../../app/views.ts';
import { EXIT } from '../../core/errors.ts';
import type { Context } from '../context.ts';
import { printPatch } from '../patch-text.ts';

export function addCancel(program: Command, context: Context): void {
  program
    .command('cancel')
    .description('take a patch out of the line, or end its checking')
    .argument('<id>', 'its id')
    .action((id: string) =>
      context.run(async (print) => {
        const path = `/api/v1/patches/${encodeURIComponent(id)}/cancel`;
        const view = await context.client.post<PatchView>(path);
        print.answer(view, () => printPatch(print, view));
        return EXIT.ok;
      }),
    );
}
