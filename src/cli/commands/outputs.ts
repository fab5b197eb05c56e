import type { Command } from 'commander';
import { pruneOutputs } from '../../app/prune-outputs.ts';
import { EXIT } from '../../core/errors.ts';
import type { PrunedOutputs } from '../../core/ledger/outputs-entry.ts';
import { type Context, withNeeds } from '../context.ts';

export function addOutputsCommands(program: Command, context: Context): void {
  program
    .command('outputs')
    .description('what checks printed, as it is kept here')
    .command('prune')
    .description('tell which outputs are old, or named by no entry of the ledger')
    .option('--remove', 'and remove them')
    .action(({ remove }: { readonly remove?: true }) =>
      context.run((print) =>
        withNeeds(context.host, { kind: 'installation' }, async (needs) => {
          const mode = remove ? 'do' : 'try';
          const pruned = await pruneOutputs(needs, { mode, what: 'unnamed', actor: context.host.user });
          print.answer({ ...pruned, removed: mode === 'do' }, () => print.text(sayPruned(pruned, mode)));
          if (mode === 'try' && pruned.old + pruned.unnamed + pruned.patches > 0)
            print.note('nothing was removed: `ghost outputs prune --remove` does it');
          return EXIT.ok;
        }),
      ),
    );
}

function sayPruned({ old, unnamed, bytes, patches }: PrunedOutputs, mode: 'try' | 'do'): string {
  const megabytes = (bytes / 1024 ** 2).toFixed(1);
  const what = `outputs: ${old} old, ${unnamed} that no entry names, ${megabytes} MiB; runs of ${patches} patches`;
  return mode === 'do' ? `removed ${what}` : `to remove: ${what}`;
}
