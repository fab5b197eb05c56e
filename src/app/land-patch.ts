import type { MailFacts, Standing } from '../core/change/change.ts';
import { sha256 } from '../core/digest.ts';
import { signedForGit } from '../core/evidence/sshsig.ts';
import type { Tip, TreeId } from '../core/git.ts';
import { commitDate, commitMessage } from '../core/patch/commit-message.ts';
import type { Intent, Patch, PathDigest } from '../core/patch/patch.ts';
import type { whyHeld } from '../core/queue/orders.ts';
import type { Holding, Interrupted } from './holding.ts';
import { moveBranch } from './move-branch.ts';
import type { Needs } from './needs.ts';
import { pauseWorkspace } from './pause-workspace.ts';
import { pushRefused } from './push-refused.ts';
import { recordStep, type StepRecorded } from './record-step.ts';

type LandingNeeds = Pick<Needs, 'ledger' | 'clock' | 'wakeUps' | 'leaser' | 'workspaces'>;
type BuildingNeeds = LandingNeeds & Pick<Needs, 'evidenceSigner'>;

/** A patch whose gate passed on `tree`, which was built on `base`. */
export interface Gated {
  readonly patch: Patch;
  readonly base: Tip;
  readonly tree: TreeId;
  readonly paths: readonly PathDigest[];
  /** What the patch says beside its diff, for the commit message. */
  readonly mail: MailFacts | null;
}

type Hold = NonNullable<ReturnType<typeof whyHeld>>;

/** An order came before the intent was recorded. */
export interface Stopped {
  readonly kind: 'stopped';
  readonly hold: Hold;
}

export type Landed =
  | { readonly kind: 'landed'; readonly patch: Patch }
  /** The branch moved meanwhile; the patch is queued again and still the head. */
  | { readonly kind: 'outpaced'; readonly patch: Patch }
  /** The remote declined it; it is queued for another attempt, or failed and the line stopped. */
  | { readonly kind: 'refused'; readonly patch: Patch }
  /** What was read back is not what was gated. The patch failed; the line must stop. */
  | { readonly kind: 'mismatch'; readonly patch: Patch }
  | { readonly kind: 'blocked'; readonly path: string }
  | Interrupted;

/**
 * The landing sequence. The order is the whole point: objects durable, then the intent in the ledger, then the branch
 * by compare-and-swap under the fence, then what was read back, then the landed entry. Whoever dies between two of
 * these leaves enough behind for the next holder to finish the same landing and no other.
 */
export async function landPatch(
  needs: BuildingNeeds,
  holding: Holding,
  gated: Gated,
  whyNot: () => Promise<Hold | null>,
): Promise<Landed | Stopped> {
  const intent = await buildIntent(needs, holding, gated);
  await holding.observe('commit-built', gated.patch.id);
  // Building and signing take time: this is the last moment in which an order counts.
  const stopped = await whyNot();
  if (stopped !== null) return { kind: 'stopped', hold: stopped };

  const intended = await recordStep(needs, holding, {
    patch: gated.patch,
    event: { type: 'intended', intent },
  });
  if (intended.kind !== 'recorded') return intended;
  await holding.observe('intent-recorded', gated.patch.id);

  const moved = await moveBranch(needs, holding, intent);
  if (moved.kind === 'fenced') return { kind: 'fenced' };
  if (moved.kind === 'locked') return { kind: 'blocked', path: moved.path };
  if (moved.kind === 'refused') return refusedPush(needs, holding, { patch: intended.patch, why: moved.why });
  if (moved.kind === 'outpaced') {
    const outpaced = await recordStep(needs, holding, {
      patch: intended.patch,
      event: { type: 'outpaced', tip: moved.tip },
    });
    return outpaced.kind === 'recorded' ? { kind: 'outpaced', patch: outpaced.patch } : outpaced;
  }
  await holding.observe('branch-moved', gated.patch.id);

  const confirmed = await confirmLanding(needs, holding, intended.patch);
  if (confirmed.kind !== 'recorded') return confirmed;
  await holding.observe('landing-recorded', gated.patch.id);
  return { kind: 'landed', patch: await followLanding(needs, holding, confirmed.patch) };
}

async function refusedPush(
  needs: LandingNeeds,
  holding: Holding,
  refused: Parameters<typeof pushRefused>[2],
): Promise<Landed> {
  const ended = await pushRefused(needs, holding, refused);
  return ended.kind === 'moved' ? { kind: 'refused', patch: ended.patch } : ended;
}

async function buildIntent(needs: BuildingNeeds, holding: Holding, gated: Gated): Promise<Intent> {
  const { patch, base, tree, paths, mail } = gated;
  const line = await needs.ledger.line(holding.workspace.name);
  const landingSeq =
    line.lastLanded?.state.name === 'landed' ? line.lastLanded.state.intent.landingSeq + 1 : 1;
  const key = await needs.evidenceSigner.newest();
  const commit = await holding.open.repository.commit({
    tree,
    parent: base.commit,
    message: commitMessage(patch, landingSeq, mail),
    date: commitDate(patch, base.committedAt),
    sign: (bytes) => signedForGit(bytes, key),
  });
  const evidence = { key: key.keyId, baseTree: base.tree };
  return { base: base.commit, tree, commit, token: holding.lease.token, landingSeq, paths, evidence };
}

/** Reads the commit back from the branch and records the landing, or the failure when it is not what was gated. */
export async function confirmLanding(
  needs: LandingNeeds,
  holding: Holding,
  patch: Patch,
): Promise<StepRecorded | { readonly kind: 'mismatch'; readonly patch: Patch } | Interrupted> {
  if (patch.state.name !== 'landing') throw new TypeError(`${patch.id} is ${patch.state.name}, not landing`);
  const { intent } = patch.state;
  const problem = await readBack(holding, intent);
  await holding.observe('read-back', patch.id);
  if (problem !== null) {
    // Before the patch ends: whoever dies in between leaves a line that stands still, not one that goes on.
    await pauseWorkspace(needs, {
      name: patch.workspace,
      reason: `${patch.id}: ${problem}`,
      actor: holding.lease.owner,
    });
    const failed = await recordStep(needs, holding, {
      patch,
      event: { type: 'failed', reason: 'read_back_mismatch', detail: problem },
    });
    return failed.kind === 'recorded' ? { kind: 'mismatch', patch: failed.patch } : failed;
  }
  return recordStep(needs, holding, {
    patch,
    event: { type: 'landed', readBack: { commit: intent.commit, tree: intent.tree } },
  });
}

/** What differs between the branch and the intent, or null when each promised digest was found. */
async function readBack(holding: Holding, intent: Intent): Promise<string | null> {
  const { repository, history } = holding.open;
  if (!(await history.holds(intent.commit))) return `the branch does not hold ${intent.commit}`;
  const commit = await history.commit(intent.commit);
  if (commit?.tree !== intent.tree)
    return `commit ${intent.commit} has tree ${commit?.tree ?? 'none'}, gated was ${intent.tree}`;
  if (commit.parent !== intent.base)
    return `commit ${intent.commit} has parent ${commit.parent ?? 'none'}, gated on ${intent.base}`;
  const snapshot = await repository.snapshot(
    commit.tree,
    intent.paths.map(({ path }) => path),
  );
  const wrong = intent.paths.find(
    ({ path, after }) => !agrees(snapshot.get(path) ?? { kind: 'absent' }, after),
  );
  return wrong === undefined ? null : `${wrong.path} is not what was gated`;
}

function agrees(standing: Standing, expected: PathDigest['after']): boolean {
  // Where a file became a directory, nothing of the file is left: that is its deletion.
  if (expected === null) return standing.kind === 'absent' || standing.kind === 'directory';
  return (
    standing.kind === 'file' && standing.mode === expected.mode && sha256(standing.bytes) === expected.sha256
  );
}

/** Lets a checked-out work tree follow. A fact about the work tree, never a condition of the landing. */
export async function followLanding(needs: LandingNeeds, holding: Holding, patch: Patch): Promise<Patch> {
  if (patch.state.name !== 'landed') throw new TypeError(`${patch.id} is ${patch.state.name}, not landed`);
  const { base, commit } = patch.state.intent;
  const worktree = await holding.open.worktree.follow(base, commit);
  await holding.observe('worktree-followed', patch.id);
  const followed = await recordStep(needs, holding, { patch, event: { type: 'followed', worktree } });
  await holding.observe('follow-recorded', patch.id);
  return followed.kind === 'recorded' ? followed.patch : patch;
}
