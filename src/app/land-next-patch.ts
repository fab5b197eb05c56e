import { GhostError } from '../core/errors.ts';
import type { PatchId } from '../core/patch/id.ts';
import type { Patch } from '../core/patch/patch.ts';
import type { PatchEvent } from '../core/patch/transition.ts';
import { type Move, nextMove } from '../core/queue/next-move.ts';
import { modeOf, type Orders, whyHeld, whyLocked } from '../core/queue/orders.ts';
import { isSameRegistration, type Workspace } from '../core/workspace.ts';
import type { PolicyRules } from '../ports/policy.ts';
import { isApproved } from './approvals/approvals-of.ts';
import { hold, holdForEdits, tryAgain } from './end-of-attempt.ts';
import type { Judged } from './gate/ask-gate.ts';
import type { Holding } from './holding.ts';
import { type Claimed, type JudgeNeeds, judgePatch } from './judge-patch.ts';
import { whyBroken } from './keep-branch.ts';
import { type Landed, landPatch } from './land-patch.ts';
import type { Needs } from './needs.ts';
import { ordersOf } from './orders/orders-of.ts';
import { recordStep } from './record-step.ts';
import type { RecoveryRules } from './recover-workspace.ts';
import { seriesBroken, seriesOf } from './series-of.ts';

export type NextNeeds = JudgeNeeds &
  Pick<Needs, 'workspaces' | 'leaser' | 'evidenceSigner'> & {
    readonly repositories: Pick<Needs['repositories'], 'examine'>;
  };

export interface ExecutionRules {
  readonly cooldownMs: number;
  /** The one patch, if any, for which a person waived the gate by name. */
  readonly waived: PatchId | null;
  readonly branch: RecoveryRules['branch'];
}

export type Next =
  | { readonly kind: 'idle' }
  | { readonly kind: 'paused'; readonly reason: string }
  /** The head waits for its time, milliseconds since 1970; its record tells so. */
  | { readonly kind: 'waiting'; readonly until: number }
  /** The head was worked on: it ended, was held, or is queued again for another attempt or on a new base. */
  | { readonly kind: 'moved'; readonly patch: Patch }
  /** Somebody took off the branch what had landed on it. */
  | { readonly kind: 'broken'; readonly problem: string }
  | Exclude<Landed, { kind: 'landed' | 'outpaced' | 'refused' }>;

/**
 * Takes the head of the workspace's line as far as it will go: to landed, or to the reason why not.
 * @throws GhostError repository_unsuitable when the head met trouble of ours before and the disk is the reason
 */
export async function landNextPatch(
  needs: NextNeeds,
  holding: Holding,
  rules: ExecutionRules,
): Promise<Next> {
  const [line, standstill, orders] = await Promise.all([
    needs.ledger.line(holding.workspace.name),
    whyPaused(needs, holding.workspace),
    ordersOf(needs),
  ]);
  const paused = standstill ?? whyLocked(orders, holding.workspace.name);
  const series = line.head === null ? [] : await seriesOf(needs, line.head);
  const move = nextMove(
    { ...line, series },
    { now: needs.clock.now(), cooldownMs: rules.cooldownMs, paused },
  );
  switch (move.kind) {
    case 'idle':
    case 'paused':
      return move;
    case 'stand-aside':
      return recordFromHead(needs, holding, { head: move.head, series, event: STAND_ASIDE });
    case 'end':
      return recordFromHead(needs, holding, {
        ...{ head: move.head, series },
        event: seriesBroken(holding, move.brokenBy),
      });
    case 'wait':
      return defer(needs, holding, move);
    case 'claim': {
      const held = await heldByOrder(needs, orders, move.head);
      if (held !== null) return recordFromHead(needs, holding, { head: move.head, series: [], event: held });
      const problem = rules.branch === 'kept' ? await whyBroken(holding, line.lastLanded) : null;
      if (problem !== null) return { kind: 'broken', problem };
      return claimUnderPolicy(needs, holding, {
        ...{ head: move.head, orders },
        gate: rules.waived === move.head.id ? 'waived' : 'required',
      });
    }
  }
}

/** A name can have been given to another repository since this holding began: that line is not ours to run. */
async function whyPaused(needs: NextNeeds, held: Workspace): Promise<string | null> {
  const now = await needs.workspaces.find(held.name);
  return now !== null && isSameRegistration(now, held) ? now.paused : 'the workspace was removed';
}

const STAND_ASIDE = { type: 'held', reason: 'series_waits', paths: [] } as const satisfies PatchEvent;

/**
 * What becomes of the head becomes of all behind it in its series that are in the line: each would find the same when its
 * turn comes, and would read the whole series for it.
 */
async function recordFromHead(
  needs: NextNeeds,
  holding: Holding,
  {
    head,
    series,
    event,
  }: { readonly head: Patch; readonly series: readonly Patch[]; readonly event: PatchEvent },
): Promise<Next> {
  const outcome = await recordStep(needs, holding, { patch: head, event });
  if (outcome.kind !== 'recorded') return outcome;
  const behind = series.filter(({ seq, state }) => seq > head.seq && state.name === 'queued');
  for (const patch of behind) {
    const { kind } = await recordStep(needs, holding, { patch, event });
    if (kind === 'fenced') return { kind };
  }
  return { kind: 'moved', patch: outcome.patch };
}

/** A patch that operators do not let go on leaves the line before anything is begun. */
async function heldByOrder(
  needs: Pick<Needs, 'chains' | 'ledger'>,
  orders: Orders,
  head: Patch,
): Promise<Extract<PatchEvent, { type: 'held' }> | null> {
  // What exactly was approved is asked where it is known what the patch does.
  const approved = modeOf(orders, head.workspace) === 'manual' && (await isApproved(needs, head));
  const hold = whyHeld(orders, head, { moment: 'beginning', approved });
  return hold && { type: 'held', paths: [], ...hold };
}

async function defer(
  needs: NextNeeds,
  holding: Holding,
  move: Extract<Move, { kind: 'wait' }>,
): Promise<Next> {
  if (!move.told) {
    const told = await recordStep(needs, holding, {
      patch: move.head,
      event: { type: 'deferred', notBefore: move.until },
    });
    if (told.kind !== 'recorded') return told;
  }
  return { kind: 'waiting', until: move.until };
}

interface Chosen {
  readonly head: Patch;
  readonly gate: Claimed['gate'];
  readonly orders: Orders;
}

/** A policy that cannot be read stops the line and not the patches: they are not to blame. */
async function claimUnderPolicy(needs: NextNeeds, holding: Holding, chosen: Chosen): Promise<Next> {
  try {
    const rules = await needs.policy.rulesFor(holding.workspace.name);
    return await claim(needs, holding, { ...chosen, rules });
  } catch (error) {
    if (error instanceof GhostError && error.code === 'gate_file_invalid')
      return { kind: 'paused', reason: error.message };
    throw error;
  }
}

async function claim(
  needs: NextNeeds,
  holding: Holding,
  { head, gate, rules, orders }: Chosen & { readonly rules: PolicyRules },
): Promise<Next> {
  await requireRoom(needs, holding, head);
  const base = await holding.open.repository.tip();
  const claimed = await recordStep(needs, holding, {
    patch: head,
    event: { type: 'claimed', base: base.commit, token: holding.lease.token },
  });
  if (claimed.kind !== 'recorded') return claimed;
  await holding.observe('claimed', head.id);
  try {
    return await execute(needs, holding, { patch: claimed.patch, base, gate, rules, orders });
  } catch (error) {
    const current = await needs.ledger.find(head.id);
    // With an intent on record only recovery may decide; before it, the attempt is simply over.
    if (current?.state.name !== 'checking') throw error;
    const detail = error instanceof Error ? error.message : String(error);
    const isBusy = error instanceof GhostError && error.code === 'machine_busy';
    const reason = isBusy ? 'machine_busy' : 'repository_unreadable';
    return tryAgain(needs, holding, { patch: current, reason, detail });
  }
}

/** A disk that is full or read-only would else spend the attempts of every patch in the line within seconds. */
async function requireRoom(needs: NextNeeds, { workspace }: Holding, { state }: Patch): Promise<void> {
  if ('spent' in state && state.spent.errors > 0) await needs.repositories.examine(workspace.gitDir);
}

async function execute(needs: NextNeeds, holding: Holding, claimed: Claimed): Promise<Next> {
  const judged = await judgePatch(needs, holding, claimed);
  return judged.kind === 'gated' ? land(needs, holding, judged.gated) : judged;
}

async function land(
  needs: NextNeeds,
  holding: Holding,
  gated: Extract<Judged, { kind: 'gated' }>['gated'],
): Promise<Next> {
  const touched = gated.paths.map(({ path }) => path);
  // Edits made while the checks ran; after this only the repository's own compare-and-swap stands in between.
  const edited = await holding.open.worktree.localEdits(gated.base.commit, touched);
  if (edited.length > 0) return holdForEdits(needs, holding, { patch: gated.patch, paths: edited });
  // What was ordered while the checks ran.
  const whyNot = async () =>
    whyHeld(await ordersOf(needs), gated.patch, { moment: 'landing', approved: gated.byPeople });
  const held = await whyNot();
  if (held !== null) return hold(needs, holding, { patch: gated.patch, paths: [], ...held });
  const landed = await landPatch(needs, holding, gated, whyNot);
  if (landed.kind === 'stopped')
    return hold(needs, holding, { patch: gated.patch, paths: [], ...landed.hold });
  return landed.kind === 'landed' || landed.kind === 'outpaced' || landed.kind === 'refused'
    ? { kind: 'moved', patch: landed.patch }
    : landed;
}
