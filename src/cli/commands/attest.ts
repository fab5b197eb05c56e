import type { Command } from 'commander';
import { chooseWorkspace } from '../../app/choose-workspace.ts';
import {
  type ExportedEvidence,
  evidenceOf,
  evidenceOfWorkspace,
} from '../../app/evidence/export-evidence.ts';
import type { Needs } from '../../app/needs.ts';
import { EXIT, type ExitCode } from '../../core/errors.ts';
import { type Context, withNeeds } from '../context.ts';
import type { Print } from '../print.ts';

interface ExportOptions {
  readonly workspace?: string;
}

export function addAttestCommands(program: Command, context: Context): void {
  program
    .command('attest')
    .description('the signed evidence of what landed')
    .command('export')
    .description('print it as DSSE envelopes, a line each: of these patches, else of a whole workspace')
    .argument('[patch...]', 'ids')
    .option('--workspace <name>', 'where there are several')
    .action((ids: readonly string[], { workspace }: ExportOptions) =>
      context.run((print) =>
        withNeeds(context.host, { kind: 'installation' }, (needs) =>
          exportEvidence(needs, print, { ids, workspace: workspace ?? null }),
        ),
      ),
    );
}

async function exportEvidence(
  needs: Needs,
  print: Print,
  { ids, workspace }: { readonly ids: readonly string[]; readonly workspace: string | null },
): Promise<ExitCode> {
  if (ids.length > 0) {
    for (const id of ids) tell(print, await evidenceOf(needs, id));
    return EXIT.ok;
  }
  const { name } = await chooseWorkspace(needs, workspace);
  for await (const evidence of evidenceOfWorkspace(needs, name)) tell(print, evidence);
  return EXIT.ok;
}

/** The envelopes are JSON lines already. */
function tell(print: Print, { bytes, envelopes }: ExportedEvidence): void {
  if (print.json) for (const envelope of envelopes) print.element(envelope, () => undefined);
  else print.bytes(bytes);
}
