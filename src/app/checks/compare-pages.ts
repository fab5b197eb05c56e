import type { VisualTask } from '../../core/gate/tasks/visual.ts';
import {
  failsOnBaseToo,
  judgePages,
  type PageOutcome,
  visualFacts,
} from '../../core/gate/tasks/visual-outcome.ts';
import type { Artifact, Verdict } from '../../core/gate/verdict.ts';
import { endingOf } from '../../core/gate/verdict-of.ts';
import type { TreeId } from '../../core/git.ts';
import type { Camera, Developed, Pictures, Shot } from '../../ports/camera.ts';
import type { Ran } from '../../ports/sandbox.ts';
import type { CheckJob, CheckNeeds } from './job.ts';
import { keepPrinted } from './keep-printed.ts';
import { recordOutput } from './record-output.ts';

type VisualJob = CheckJob<VisualTask>;

/**
 * Takes pictures of the pages as they are without the patch and as they will be with it, and compares them. Both are drawn by the
 * same browser on the same machine, one after the other: a picture of another day could differ by itself.
 */
export async function comparePages(needs: CheckNeeds, job: VisualJob): Promise<Verdict> {
  const told = await teller(needs, job);
  const { check, candidate } = job;
  const problem = needs.camera.problem();
  if (problem !== null) return told([], { verdict: 'error', detail: problem });
  const before = await shoot(needs, job, { tree: candidate.base.tree, timeoutMs: check.timeoutMs });
  if (before.verdict === 'error') return told([before], cutShort(before, 'without'));
  // A base that fails may have spent all of the time, and the patch is not to be blamed for that.
  const timeoutMs =
    before.verdict === 'fail' ? check.timeoutMs : Math.max(1, check.timeoutMs - before.ran.durationMs);
  const after = await shoot(needs, job, { tree: candidate.tree, timeoutMs });
  const runs = [before, after];
  if (after.verdict === 'error') return told(runs, cutShort(after, 'with'));
  if (after.verdict === 'fail')
    return told(runs, {
      ...cutShort(after, 'with'),
      ...(before.verdict === 'fail' && (await baseOf(needs, job, before))),
    });
  const { outcomes, artifacts } = await compareAll(needs, job, [before.shots, after.shots]);
  if (job.signal.aborted) return told(runs, { verdict: 'error', detail: 'stopped by us as it compared' });
  return told(runs, {
    ...judgePages(check.task, outcomes, candidate.approval),
    ...(failsOnBaseToo(outcomes) && (await baseOf(needs, job, before))),
    ...{ facts: visualFacts(after.browser, outcomes), artifacts },
  });
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
    const { shots, ...developed } = aimed.develop(ran.output);
    const ending = endingOf({ ...check, timeoutMs }, ran);
    const seen = ending.verdict === 'pass' ? shots : shots.map(unseen(endingIn(ending.detail, ran)));
    return { ...developed, ...ending, shots: seen, ran, argv: aimed.said };
  } finally {
    await copy.remove();
  }
}

/** Of a command that failed no picture is believed. */
function unseen(problem: string) {
  return ({ page }: Shot): Shot => ({ page, kind: 'failed', problem });
}

function endingIn(detail: string | null, { exitCode }: Ran): string {
  return `taking pictures: ${detail ?? `exit code ${exitCode}`}`;
}

function cutShort({ verdict, detail, ran }: Shooting, which: 'with' | 'without') {
  return { verdict, detail: `${which} the patch: ${endingIn(detail, ran)}` };
}

/** What the check says of the base, where that fails too. One that the patch brought says nothing about the base. */
async function baseOf(
  needs: CheckNeeds,
  { check }: VisualJob,
  { shots, text, ran }: Shooting,
): Promise<Pick<Verdict, 'base'>> {
  if (check.source === 'patch') return {};
  const said = { verdict: 'fail' as const, detail: shots.flatMap(whyUnseen).join('; ') };
  const { startedAt, durationMs, exitCode, signal } = ran;
  const output = await keepPrinted(needs, text);
  return { base: { ...said, startedAt, durationMs, exitCode, signal, output } };
}

function whyUnseen(shot: Shot): readonly string[] {
  if (shot.kind === 'picture') return [];
  const { page } = shot;
  return [`${page.name} ${shot.kind === 'failed' ? `could not be shown: ${shot.problem}` : 'is not there'}`];
}

type Said = Pick<Verdict, 'verdict' | 'detail' | 'approval' | 'base' | 'facts' | 'artifacts'>;

/** The verdict as far as it is like any other: what was run, how strongly fenced off, what was printed beside the pictures. */
async function teller(needs: CheckNeeds, job: VisualJob) {
  const { check, candidate } = job;
  const startedAt = needs.clock.now();
  const start = needs.clock.monotonic();
  const kept = candidate.patch.terms.flags.includes('forceRuntimeTrace') ? 'full' : 'capped';
  const recorder = await recordOutput(needs, job, { kept, secrets: [] });
  return async (runs: readonly Shooting[], said: Said): Promise<Verdict> => {
    const last = runs.at(-1);
    const durationMs = Math.round(needs.clock.monotonic() - start);
    const printed = Buffer.from(runs.map(({ text }) => text).join(''));
    const output = await recorder.end({ output: printed, startedAt, durationMs });
    return {
      ...{ check: check.name, source: check.source, kind: 'visual', ...said, startedAt, durationMs },
      ...{ argv: last?.argv ?? [], environment: last?.ran.environment ?? [] },
      isolation: last?.ran.isolation ?? null,
      ...{ exitCode: last?.ran.exitCode ?? null, signal: last?.ran.signal ?? null },
      output: { ...output, truncated: output.truncated || runs.some(({ ran }) => ran.truncated) },
    };
  };
}

async function compareAll(
  needs: CheckNeeds,
  { check, signal }: VisualJob,
  [before, after]: readonly [readonly Shot[], readonly Shot[]],
) {
  const outcomes: PageOutcome[] = [];
  const artifacts: Artifact[] = [];
  for (const [at, shot] of after.entries()) {
    if (signal.aborted) break;
    const pair = [before[at] ?? shot, shot] as const;
    const { outcome, pictures } = await compareOne(needs.camera, check.task.threshold, pair);
    outcomes.push(outcome);
    for (const [name, png] of Object.entries(pictures))
      artifacts.push(await kept(needs, `${shot.page.name}-${name}.png`, png));
  }
  return { outcomes, artifacts };
}

interface ComparedPage {
  readonly outcome: PageOutcome;
  readonly pictures: Readonly<Record<string, Uint8Array>>;
}

async function compareOne(
  camera: Camera,
  threshold: number,
  [before, after]: readonly [Shot, Shot],
): Promise<ComparedPage> {
  const { name } = after.page;
  if (after.kind === 'failed') {
    const when = before.kind === 'failed' ? 'both' : 'after';
    return { outcome: { name, kind: 'broken', when, problem: after.problem }, pictures: {} };
  }
  if (after.kind === 'missing')
    return before.kind === 'missing'
      ? { outcome: { name, kind: 'unknown' }, pictures: {} }
      : {
          outcome: { name, kind: 'gone' },
          pictures: before.kind === 'picture' ? { before: before.png } : {},
        };
  const pictures = { after: after.png };
  if (before.kind === 'missing') return { outcome: { name, kind: 'new' }, pictures };
  if (before.kind === 'failed')
    return { outcome: { name, kind: 'broken', when: 'before', problem: before.problem }, pictures };
  return comparePair(camera, threshold, { name, before: before.png, after: after.png });
}

async function comparePair(
  camera: Camera,
  threshold: number,
  { name, ...pair }: Pictures & { readonly name: string },
): Promise<ComparedPage> {
  try {
    const { difference, ...compared } = await camera.compare(pair, threshold);
    const share = compared.changedPixels / (compared.width * compared.height);
    return { outcome: { name, kind: 'compared', ...compared, share }, pictures: { ...pair, difference } };
  } catch (error) {
    // What has the head of a picture and is none.
    const problem = `its pictures cannot be compared: ${error instanceof Error ? error.message : error}`;
    return { outcome: { name, kind: 'broken', when: 'after', problem }, pictures: {} };
  }
}

async function kept(needs: CheckNeeds, name: string, bytes: Uint8Array): Promise<Artifact> {
  return { name, mediaType: 'image/png', sha256: await needs.outputs.keep(bytes), bytes: bytes.length };
}
