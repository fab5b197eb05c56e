import type { Patch } from '../core/patch/patch.ts';
import { type Move, nextMove } from '../core/queue/next-move.ts';
import { holdForEdits, tryAgain } from './end-of-attempt.ts';
import type { Holding } from './holding.ts';
import { type Claimed, type GateRule, type JudgeNeeds, judgePatch } from './judge-patch.ts';
import { type Gated, type Landed, landPatch } from './land-patch.ts';
import type { Needs } from './needs.ts';
import { recordStep } from './record-step.ts';

export type NextNeeds = JudgeNeeds & Pick<Needs, 'workspaces' | 'leaser'>;

export interface ExecutionRules {
  readonly cooldownMs: number;
  readonly gate: GateRule;
}

export type Next =
  | { readonly kind: 'idle' }
  | { readonly kind: 'paused'; readonly reason: string }
  /** The head waits for its time, milliseconds since 1970, and has been told so. */
  | { readonly kind: 'waiting'; readonly until: number }
  /** The head left its place in the line: it ended, was held, or goes back to wait for another attempt. */
  | { readonly kind: 'moved'; readonly patch: Patch }
  | Exclude<Landed, { kind: 'landed' | 'outpaced' }>;

/** Takes the head of the workspace's line as far as it will go: to landed, or to the reason why not. */
export async function landNextPatch(
  needs: NextNeeds,
  holding: Holding,
  rules: ExecutionRules,
): Promise<Next> {
  const workspace = await needs.workspaces.find(holding.workspace.name);
  const line = await needs.ledger.line(holding.workspace.name);
  const paused = workspace === null ? 'the workspace was removed' : workspace.paused;
  const move = nextMove(line, { now: needs.clock.now(), cooldownMs: rules.cooldownMs, paused });
  switch (move.kind) {
    case 'idle':
    case 'paused':
      return move;
    case 'wait':
      return defer(needs, holding, move);
    case 'claim':
      return claim(needs, holding, { head: move.head, gate: rules.gate });
  }
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
    if (told.kind === 'fenced') return told;
  }
  return { kind: 'waiting', until: move.until };
}

async function claim(
  needs: NextNeeds,
  holding: Holding,
  { head, gate }: { readonly head: Patch; readonly gate: GateRule },
): Promise<Next> {
  const base = await holding.open.repository.tip();
  const claimed = await recordStep(needs, holding, {
    patch: head,
    event: { type: 'claimed', base: base.commit, token: holding.lease.token },
  });
  if (claimed.kind !== 'recorded') return claimed;
  await holding.observe('claimed', head.id);
  try {
    return await execute(needs, holding, { patch: claimed.patch, base, gate });
  } catch (error) {
    const current = await needs.ledger.find(head.id);
    // With an intent on record only recovery may decide; before it, the attempt is simply over.
    if (current?.state.name !== 'checking') throw error;
    const detail = error instanceof Error ? error.message : String(error);
    return tryAgain(needs, holding, { patch: current, reason: 'repository_unreadable', detail });
  }
}

async function execute(needs: NextNeeds, holding: Holding, claimed: Claimed): Promise<Next> {
  const judged = await judgePatch(needs, holding, claimed);
  if (judged.kind !== 'gated') return judged;
  return land(needs, holding, judged.gated);
}

async function land(needs: NextNeeds, holding: Holding, gated: Gated): Promise<Next> {
  const touched = gated.paths.map(({ path }) => path);
  // Edits made while the checks ran; after this only the repository's own compare-and-swap stands in between.
  const edited = await holding.open.worktree.localEdits(gated.base.commit, touched);
  if (edited.length > 0) return holdForEdits(needs, holding, { patch: gated.patch, paths: edited });
  const landed = await landPatch(needs, holding, gated);
  return landed.kind === 'landed' || landed.kind === 'outpaced'
    ? { kind: 'moved', patch: landed.patch }
    : landed;
}
