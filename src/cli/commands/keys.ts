import type { Command } from 'commander';
import { type EvidenceKeyView, listEvidenceKeys } from '../../app/evidence/list-evidence-keys.ts';
import type { Needs } from '../../app/needs.ts';
import { EXIT, type ExitCode } from '../../core/errors.ts';
import { type Context, withNeeds } from '../context.ts';
import type { Print } from '../print.ts';

export function addKeyCommands(program: Command, context: Context): void {
  const keys = program.command('keys').description('what evidence and commits are signed with');
  const local = (act: (needs: Needs, print: Print) => Promise<ExitCode>) =>
    context.run((print) => withNeeds(context.host, { kind: 'installation' }, (needs) => act(needs, print)));
  keys
    .command('list')
    .description('all of them, the one that signs first')
    .action(() => local(list));
  keys
    .command('show')
    .description('the public keys, a line each: for git, as an allowed signers file has them')
    .action(() => local(show));
  keys
    .command('rotate')
    .description('make a new one, which signs from now on; what the others signed stays signed by them')
    .action(() => local(rotate));
}

async function list(needs: Needs, print: Print): Promise<ExitCode> {
  const all = await listEvidenceKeys(needs);
  print.answer(all, () => print.table(['key', 'made', 'signs'], all.map(rowOf)));
  return EXIT.ok;
}

function rowOf({ keyId, madeAt, signs }: EvidenceKeyView): readonly string[] {
  return [keyId, madeAt, signs ? 'yes' : 'no more'];
}

async function show(needs: Needs, print: Print): Promise<ExitCode> {
  const all = await listEvidenceKeys(needs);
  print.answer(all, () => {
    for (const { allowedSigner } of all) print.text(allowedSigner);
  });
  return EXIT.ok;
}

async function rotate(needs: Needs, print: Print): Promise<ExitCode> {
  const { keyId } = await needs.evidenceSigner.rotate();
  print.answer({ keyId }, () => print.text(keyId));
  print.note('it signs from the next patch on; add it wherever you keep allowed signers: `ghost keys show`');
  return EXIT.ok;
}
