import { resolve } from 'node:path';
import type { Command } from 'commander';
import { applyOnce, type OneShot, oneShotWorkspace } from '../../app/apply-once.ts';
import type { Needs } from '../../app/needs.ts';
import { type Rehearsal, rehearsePatch } from '../../app/rehearse-patch.ts';
import { repairRequestOf } from '../../app/repair-request-of.ts';
import { viewPatch } from '../../app/views.ts';
import type { Format } from '../../core/change/change.ts';
import { EXIT, type ExitCode, fail } from '../../core/errors.ts';
import type { Patch } from '../../core/patch/patch.ts';
import type { Context } from '../context.ts';
import { withNeeds } from '../context.ts';
import { formatOption, mergeRuleOf, threeWayOption } from '../options.ts';
import type { Print } from '../print.ts';
import { readPatch } from '../read-patch.ts';
import { exitOfAll, printAll, type Standing } from '../receipt.ts';

const LARGEST_MIB = 8;
/** Nothing is left waiting without a service. */
const HELD_HINT = 'then apply it again: it was cancelled.';

interface ApplyOptions {
  readonly repo: string;
  readonly check?: true;
  readonly format?: Format;
  readonly repairs?: string;
  readonly threeWay?: true;
  readonly ungated?: true;
  readonly adopt?: true;
}

export function addApply(program: Command, context: Context): void {
  program
    .command('apply')
    .description('land one patch, or one series, on a local repository without a service')
    .argument('<file>', 'the patch, or - for standard input')
    .option('--repo <dir>', 'the repository', '.')
    .option('--check', 'rehearse in memory and tell every fault; the repository is not touched')
    .addOption(formatOption())
    .option('--repairs <id>', 'the patch, rejected by an earlier run, of which this is the next attempt')
    .addOption(threeWayOption())
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
    const { format = null } = options;
    const merge = mergeRuleOf(options);
    if (options.check) return rehearse(needs, print, { repo, body, format, merge });
    const patches = await applyOnce(needs, {
      repo,
      body,
      format,
      merge,
      repairs: options.repairs ?? null,
      author: host.user,
      gate: options.ungated ? 'waived' : 'required',
      adopt: options.adopt === true,
      onStep: (step) => print.note(step),
      warn: (problem) => print.note(`warning: ${problem}`),
    });
    const standing = await standingOf(needs, patches);
    print.answer(standing, () => printAll(print, standing, HELD_HINT));
    return exitOfAll(standing);
  });
}

async function standingOf(
  needs: Needs,
  [first, ...rest]: Awaited<ReturnType<typeof applyOnce>>,
): Promise<Standing> {
  const view = async (patch: Patch) => viewPatch(patch, await repairRequestOf(needs, patch));
  return { ...(await view(first)), rest: await Promise.all(rest.map(view)) };
}

async function rehearse(
  needs: Needs,
  print: Print,
  what: Pick<OneShot, 'repo' | 'body' | 'format' | 'merge'>,
): Promise<ExitCode> {
  const workspace = await oneShotWorkspace(needs, what.repo);
  const rehearsal = await rehearsePatch(needs, { ...what, workspace });
  print.answer(rehearsal, () =>
    rehearsal.kind === 'fits' ? sayFit(print, rehearsal) : print.text(rehearsal.repair.text),
  );
  return rehearsal.kind === 'fits' ? EXIT.ok : EXIT.rejected;
}

function sayFit(print: Print, { base, files, notes, ungated }: Extract<Rehearsal, { kind: 'fits' }>): void {
  for (const note of notes) print.note(`note: ${note}`);
  print.table(
    ['path', 'placed by'],
    files.map(({ path, fit }) => [path, fit ?? 'whole file']),
  );
  print.note(`it fits ${base.slice(0, 12)}; nothing was changed, and no check was run`);
  if (ungated !== null) print.note(`note: it would not land without --ungated: ${ungated}`);
}
