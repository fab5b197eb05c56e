import { digestOutput } from '../../core/gate/output-digest.ts';
import type { VisualTask } from '../../core/gate/tasks/visual.ts';
import { judgePages, type PageOutcome, visualFacts } from '../../core/gate/tasks/visual-outcome.ts';
import type { Artifact, Verdict } from '../../core/gate/verdict.ts';
import { endingOf } from '../../core/gate/verdict-of.ts';
import type { TreeId } from '../../core/git.ts';
import type { Camera, Developed, Shot } from '../../ports/camera.ts';
import type { Ran } from '../../ports/sandbox.ts';
import type { CheckJob, CheckNeeds } from './job.ts';

type VisualJob = CheckJob<VisualTask>;

/**
 * Takes pictures of the pages as they are without the patch and as they will be with it, and compares them. Both are drawn by the
 * same browser on the same machine, one after the other: a picture of another day could differ by itself.
 */
export async function comparePages(needs: CheckNeeds, job: VisualJob): Promise<Verdict> {
  const startedAt = needs.clock.now();
  const { check, candidate } = job;
  const problem = needs.camera.problem();
  if (problem !== null) return told(needs, job, { startedAt, runs: [], verdict: 'error', detail: problem });
  const before = await shoot(needs, job, { tree: candidate.base.tree, timeoutMs: check.timeoutMs });
  if (before.verdict !== 'pass')
    return told(needs, job, { startedAt, runs: [before], ...cutShort(before, 'without') });
  const timeoutMs = Math.max(1, check.timeoutMs - before.ran.durationMs);
  const after = await shoot(needs, job, { tree: candidate.tree, timeoutMs });
  const runs = [before, after];
  if (after.verdict !== 'pass') return told(needs, job, { startedAt, runs, ...cutShort(after, 'with') });
  const { outcomes, artifacts } = await compareAll(needs, check.task, [before.shots, after.shots]);
  return {
    ...(await told(needs, job, { startedAt, runs, ...judgePages(check.task, outcomes, candidate.approval) })),
    ...{ facts: visualFacts(after.browser, outcomes), artifacts },
  };
}

/** One tree, photographed. */
interface Shooting extends Developed, Pick<Verdict, 'verdict' | 'detail'> {
  readonly ran: Ran;
  readonly argv: readonly string[];
}

async function shoot(
  needs: CheckNeeds,
  { check, candidate, repository, signal }: VisualJob,
  { tree, timeoutMs }: { readonly tree: TreeId; readonly timeoutMs: number },
): Promise<Shooting> {
  const aimed = needs.camera.aim(check.task, timeoutMs);
  const copy = await repository.checkout(tree);
  try {
    const { id, workspace } = candidate.patch;
    const environment = { GHOST_PATCH_ID: id, GHOST_WORKSPACE: workspace, CI: 'true' };
    const command = { ...aimed.command, directory: copy.path, environment, timeoutMs };
    const ran = await needs.sandbox.run(command, signal);
    return { ...aimed.develop(ran.output), ...endingOf({ ...check, timeoutMs }, ran), ran, argv: aimed.said };
  } finally {
    await copy.remove();
  }
}

function cutShort({ verdict, detail, ran }: Shooting, which: 'with' | 'without') {
  const ending = detail ?? `exit code ${ran.exitCode}`;
  return { verdict, detail: `taking pictures ${which} the patch: ${ending}` };
}

/** The verdict as far as it is like any other: what was run, how strongly fenced off, what was printed beside the pictures. */
async function told(
  needs: CheckNeeds,
  { check }: VisualJob,
  {
    startedAt,
    runs,
    ...said
  }: { readonly startedAt: number; readonly runs: readonly Shooting[] } & Pick<
    Verdict,
    'verdict' | 'detail' | 'approval'
  >,
): Promise<Verdict> {
  const last = runs.at(-1);
  const printed = Buffer.from(runs.map(({ text }) => text).join(''));
  await needs.outputs.keep(printed);
  return {
    ...{ check: check.name, source: check.source, kind: 'visual', ...said, startedAt },
    ...{
      argv: last?.argv ?? [],
      environment: last?.ran.environment ?? [],
      isolation: last?.ran.isolation ?? null,
    },
    durationMs: needs.clock.now() - startedAt,
    ...{ exitCode: last?.ran.exitCode ?? null, signal: last?.ran.signal ?? null },
    output: digestOutput(printed, false),
  };
}

async function compareAll(
  needs: CheckNeeds,
  { threshold }: VisualTask,
  [before, after]: readonly [readonly Shot[], readonly Shot[]],
) {
  const outcomes: PageOutcome[] = [];
  const artifacts: Artifact[] = [];
  for (const [at, shot] of after.entries()) {
    const earlier = before[at] ?? shot;
    const { outcome, pictures } = compareOne(needs.camera, threshold, [earlier, shot]);
    outcomes.push(outcome);
    for (const [name, png] of Object.entries(pictures))
      artifacts.push(await kept(needs, `${shot.page.name}-${name}.png`, png));
  }
  return { outcomes, artifacts };
}

function compareOne(
  camera: Camera,
  threshold: number,
  [before, after]: readonly [Shot, Shot],
): { readonly outcome: PageOutcome; readonly pictures: Readonly<Record<string, Uint8Array>> } {
  const { name } = after.page;
  if (before.kind === 'failed')
    return { outcome: { name, kind: 'broken', when: 'before', problem: before.problem }, pictures: {} };
  if (after.kind === 'failed')
    return { outcome: { name, kind: 'broken', when: 'after', problem: after.problem }, pictures: {} };
  if (before.kind === 'missing' && after.kind === 'missing')
    return { outcome: { name, kind: 'unknown' }, pictures: {} };
  if (before.kind === 'missing')
    return { outcome: { name, kind: 'new' }, pictures: after.kind === 'picture' ? { after: after.png } : {} };
  if (after.kind === 'missing') return { outcome: { name, kind: 'gone' }, pictures: { before: before.png } };
  const { difference, ...compared } = camera.compare({ before: before.png, after: after.png }, threshold);
  const share = compared.changedPixels / (compared.width * compared.height);
  const pictures = { before: before.png, after: after.png, difference };
  return { outcome: { name, kind: 'compared', ...compared, share }, pictures };
}

async function kept(needs: CheckNeeds, name: string, bytes: Uint8Array): Promise<Artifact> {
  return { name, mediaType: 'image/png', sha256: await needs.outputs.keep(bytes), bytes: bytes.length };
}
