import type { Command } from 'commander';
import type { PhaseView } from '../../app/orders/list-phases.ts';
import type { viewFrozen } from '../../app/views.ts';
import { EXIT, type ExitCode } from '../../core/errors.ts';
import type { Context } from '../context.ts';
import { jsonRequest } from '../json-request.ts';
import type { Print } from '../print.ts';

type FrozenView = ReturnType<typeof viewFrozen>;

/** `phases`, `freeze` and `thaw`: phases of the plan, over all workspaces. */
export function addPhases(program: Command, context: Context): void {
  program
    .command('phases')
    .description('phases that are frozen or have patches which are not over')
    .action(() => context.run((print) => list(context, print)));
  program
    .command('freeze')
    .description('hold the patches of a phase; what lands already is not stopped')
    .argument('<phase>', 'such as P14')
    .requiredOption('--reason <text>', 'told to everyone who waits')
    .action((phase: string, { reason }: { readonly reason: string }) =>
      context.run(async (print) => {
        const view = await context.client.post<FrozenView>(pathOf(phase, 'freeze'), jsonRequest({ reason }));
        print.answer(view, () => printFrozen(print, view));
        return EXIT.ok;
      }),
    );
  program
    .command('thaw')
    .description('let the patches of a frozen phase go on')
    .argument('<phase>', 'such as P14')
    .action((phase: string) =>
      context.run(async (print) => {
        const view = await context.client.post<FrozenView>(pathOf(phase, 'thaw'));
        print.answer(view, () => printPhases(print, [view]));
        return EXIT.ok;
      }),
    );
}

async function list({ client }: Context, print: Print): Promise<ExitCode> {
  const answer = await client.get<{ readonly phases: readonly PhaseView[] }>('/api/v1/phases');
  print.answer(answer, () => {
    if (answer.phases.length === 0) print.note('no phase is frozen, and no patch that is not over names one');
    else printPhases(print, answer.phases);
  });
  return EXIT.ok;
}

/** What was at work is told as it was seen: whether it lands is not known yet. */
function printFrozen(print: Print, view: FrozenView): void {
  printPhases(print, [view]);
  for (const { id, state, title } of view.atWork)
    print.text(
      state === 'landing'
        ? `${id} was landing already, and lands: ${title}`
        : `${id} was being checked; it is held before it lands, unless its landing had begun: ${title}`,
    );
}

function printPhases(print: Print, phases: readonly PhaseView[]): void {
  print.table(
    ['phase', 'queued', 'held', 'checking', 'landing', 'frozen'],
    phases.map(({ phase, queued, held, checking, landing, frozen }) => [
      ...[phase, `${queued}`, `${held}`, `${checking}`, `${landing}`],
      frozen === null ? 'no' : `by ${frozen.by} at ${frozen.at}: ${frozen.reason}`,
    ]),
  );
}

function pathOf(phase: string, act: 'freeze' | 'thaw'): string {
  return `/api/v1/phases/${encodeURIComponent(phase)}/${act}`;
}
