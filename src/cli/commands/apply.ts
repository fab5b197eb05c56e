import { resolve } from 'node:path';
import type { Command } from 'commander';
import { applyOnce } from '../../app/apply-once.ts';
import type { Needs } from '../../app/needs.ts';
import { rehearsePatch } from '../../app/rehearse-patch.ts';
import { viewPatch } from '../../app/views.ts';
import { EXIT, type ExitCode, fail } from '../../core/errors.ts';
import type { Context } from '../context.ts';
import { withNeeds } from '../context.ts';
import { printPatch } from '../patch-text.ts';
import type { Print } from '../print.ts';
import { readPatch } from '../read-patch.ts';
import { exitOf } from '../wait.ts';

const LARGEST_MIB = 8;

interface ApplyOptions {
  readonly repo: string;
  readonly check?: true;
  readonly ungated?: true;
  readonly adopt?: true;
}

export function addApply(program: Command, context: Context): void {
  program
    .command('apply')
    .description('land one patch on a local repository without a service')
    .argument('<file>', 'the patch, or - for standard input')
    .option('--repo <dir>', 'the repository', '.')
    .option('--check', 'rehearse in memory and tell every fault; the repository is not touched')
    .option('--ungated', 'land it without any check, where the repository has none; the evidence says so')
    .option('--adopt', 'take the branch over from another installation, which must be stopped')
    .action((file: string, options: ApplyOptions) =>
      context.run((print) => apply(context, print, { file, ...options })),
    );
}

async function apply(
  { host }: Context,
  print: Print,
  options: ApplyOptions & { readonly file: string },
): Promise<ExitCode> {
  const body = await readPatch(host, options.file);
  if (body.length > LARGEST_MIB * 1024 * 1024) throw fail('body_too_large', { limit: `${LARGEST_MIB} MiB` });
  const repo = resolve(host.cwd, options.repo);
  return withNeeds(host, { kind: 'one-shot', target: repo }, async (needs) => {
    if (options.check) return rehearse(needs, print, { repo, body });
    const patch = await applyOnce(needs, {
      repo,
      body,
      format: null,
      author: host.user,
      gate: options.ungated ? 'waived' : 'required',
      adopt: options.adopt === true,
      onStep: (step) => print.note(step),
    });
    const view = viewPatch(patch);
    print.answer(view, () => printPatch(print, view));
    return exitOf(view);
  });
}

async function rehearse(
  needs: Needs,
  print: Print,
  { repo, body }: { readonly repo: string; readonly body: Uint8Array },
): Promise<ExitCode> {
  const place = await needs.repositories.inspect(repo, null);
  const workspace = { name: 'rehearsal', ...place, addedAt: 0, addedBy: 'rehearsal', paused: null };
  const rehearsal = await rehearsePatch(needs, { workspace, body, format: null });
  print.answer(rehearsal, () => {
    if (rehearsal.kind === 'faulty') return print.text(rehearsal.text);
    for (const note of rehearsal.notes) print.note(`note: ${note}`);
    print.table(
      ['path', 'placed by'],
      rehearsal.files.map(({ path, rung }) => [path, rung ?? 'whole file']),
    );
  });
  return rehearsal.kind === 'fits' ? EXIT.ok : EXIT.rejected;
}
