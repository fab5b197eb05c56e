import { sha256 } from '../core/digest.ts';
import { checksOfPatch } from '../core/gate/brought-checks.ts';
import { whyUnproven } from '../core/gate/terms-of-gate.ts';
import type { Tip } from '../core/git.ts';
import { authoredMessage } from '../core/patch/commit-message.ts';
import type { Patch } from '../core/patch/patch.ts';
import type { Orders } from '../core/queue/orders.ts';
import type { PolicyRules } from '../ports/policy.ts';
import { digestPaths } from './apply-change.ts';
import { judgeApprovals, judgeFindings } from './approvals/judge-approvals.ts';
import { failForGood, hold, holdForEdits, reject } from './end-of-attempt.ts';
import { fitPatch } from './fit-patch.ts';
import { askGate, type Fitted, type GateNeeds, type Judged } from './gate/ask-gate.ts';
import { dryCheck } from './gate/dry-check.ts';
import { whatGateLoses } from './gate/what-gate-loses.ts';
import type { Holding } from './holding.ts';
import type { Needs } from './needs.ts';
import { recordStep } from './record-step.ts';
import { rejectReason } from './reject-reason.ts';

export type JudgeNeeds = GateNeeds & Pick<Needs, 'policy' | 'changes'>;

/** Stands in the ledger where a gate's fingerprint would. */
export const WAIVED_GATE = 'waived';

/** A claimed patch and the tip it will be judged on. */
export interface Claimed {
  readonly patch: Patch;
  readonly base: Tip;
  readonly gate: GateRule;
  readonly rules: PolicyRules;
  /** As they stood when it was claimed; they are asked again before it lands. */
  readonly orders: Orders;
}

/** `waived` is for the one patch for which a person asked it by name; a service never waives. */
type GateRule = 'required' | 'waived';

/** Applies the patch to its base in memory and asks the gate about exactly the tree that results. */
export async function judgePatch(needs: JudgeNeeds, holding: Holding, claimed: Claimed): Promise<Judged> {
  const { patch, base, rules } = claimed;
  const { repository, worktree } = holding.open;
  const body = await needs.ledger.body(patch.id);
  if (sha256(body) !== patch.digest) {
    const detail = `its text is not what was accepted: sha256 ${sha256(body)}, accepted ${patch.digest}`;
    return failForGood(needs, holding, { patch, reason: 'body_altered', detail });
  }
  const fitted = await fitPatch(needs, holding, { patch, base, body, rules });
  if (fitted.kind === 'faulty')
    return reject(needs, holding, { patch, reason: rejectReason(fitted.faults), faults: fitted.faults });

  const edited = await worktree.localEdits(
    base.commit,
    fitted.files.map(({ path }) => path),
  );
  if (edited.length > 0) return holdForEdits(needs, holding, { patch, paths: edited });

  const paths = digestPaths(base.tree, fitted.files);
  const next = await whatGateLoses(needs, repository, { base: base.tree, files: fitted.files, rules });
  if (next.kind === 'unusable')
    return reject(needs, holding, { patch, reason: 'gate_unusable', faults: next.faults });
  const approved = await judgeApprovals(needs, claimed.orders, { patch, paths, rules });
  if (approved.kind === 'waiting') {
    const detail = [approved.detail, ...next.weakened].join('; ');
    return hold(needs, holding, { patch, ...approved, detail });
  }

  const { mail } = fitted.outline;
  const message = authoredMessage(patch, mail);
  const { paths: named } = fitted.outline;
  const dry = { patch, base: base.tree, files: fitted.files, paths: named, message, rules };
  const faults = await dryCheck(needs, repository, dry);
  if (faults.length > 0) return reject(needs, holding, { patch, reason: rejectReason(faults), faults });

  const tree = await repository.buildTree(base.tree, fitted.files);
  await holding.observe('tree-built', patch.id);
  const candidate: Fitted = {
    ...{ patch, base, tree, paths, mail, fits: fitted.fits, files: fitted.files },
    ...{ message, byPeople: approved.byPeople },
    approval: approved.byPeople ? await judgeFindings(needs, { patch, base: base.commit, tree }) : 'none',
  };
  return claimed.gate === 'waived'
    ? waiveGate(needs, holding, candidate)
    : askGate(needs, holding, {
        candidate,
        rules,
        brought: checksOfPatch(fitted.outline.checks),
        weakened: next.weakened,
      });
}

async function waiveGate(needs: JudgeNeeds, holding: Holding, candidate: Fitted): Promise<Judged> {
  const { patch, tree, fits } = candidate;
  const unproven = whyUnproven(patch.terms.flags, []);
  if (unproven !== null)
    return failForGood(needs, holding, { patch, reason: 'evidence_missing', detail: unproven });
  const checked = await recordStep(needs, holding, {
    patch,
    event: { type: 'checked', tree, gate: WAIVED_GATE, verdicts: [], fits },
  });
  return checked.kind === 'recorded'
    ? { kind: 'gated', gated: { ...candidate, patch: checked.patch } }
    : checked;
}
