import type { Command } from 'commander';
import type { ListedPatchView } from '../../app/views.ts';
import { EXIT, type ExitCode } from '../../core/errors.ts';
import { STATES } from '../../core/patch/patch.ts';
import type { Context } from '../context.ts';
import { countOption, MOST } from '../options.ts';
import { sayLineage } from '../patch-text.ts';
import type { Print } from '../print.ts';

interface QueueOptions {
  readonly workspace?: string;
  readonly all?: true;
  readonly limit: number;
}

const NOT_OVER = STATES.slice(0, STATES.indexOf('landed')).join(',');

export function addQueue(program: Command, context: Context): void {
  program
    .command('queue')
    .description('patches that are not over yet, in the order in which they will be taken')
    .option('-w, --workspace <name>', 'of this workspace only')
    .option('-a, --all', 'finished ones too')
    .addOption(countOption('--limit <count>', 'at most so many, the newest', 50))
    .action((options: QueueOptions) => context.run((print) => queue(context, print, options)));
}

async function queue({ client }: Context, print: Print, options: QueueOptions): Promise<ExitCode> {
  const { patches, next } = await client.get<Listed>('/api/v1/patches', {
    workspace: options.workspace ?? null,
    state: options.all ? null : NOT_OVER,
    limit: `${options.limit}`,
  });
  print.answer({ patches, next }, () => {
    if (patches.length > 0)
      print.table(['patch', 'workspace', 'state', 'since or due', 'title'], patches.map(row));
    else print.note(options.all ? 'no patches yet' : 'the queue is empty; --all shows finished patches');
    if (next !== null) print.note(sayMore(patches.length, options));
  });
  return EXIT.ok;
}

/** `next` is null where these are all. */
interface Listed {
  readonly patches: readonly ListedPatchView[];
  readonly next: number | null;
}

/** What is left out are the older ones, which are taken first. */
function sayMore(shown: number, { all }: QueueOptions): string {
  const which = all ? 'the newest' : 'those that are taken last';
  return `only ${shown} are shown, ${which}, and there may be more before them; --limit shows up to ${MOST}`;
}

function row(view: ListedPatchView): string[] {
  const { id, workspace, state, acceptedAt, notBefore, reason, title, lineage } = view;
  const when = notBefore === null ? acceptedAt : `due ${notBefore}`;
  const told = [reason, lineage && sayLineage(lineage)].filter((one) => one !== null);
  return [id, workspace, state, when, told.length === 0 ? title : `${title} (${told.join('; ')})`];
}
