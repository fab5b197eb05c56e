import { sha256 } from '../core/digest.ts';
import { GhostError } from '../core/errors.ts';
import { wantedApproval } from '../core/gate/approvals.ts';
import { checksOfPatch, ISOLATION_FOR_BROUGHT } from '../core/gate/brought-checks.ts';
import type { Check } from '../core/gate/check.ts';
import { checkFault } from '../core/gate/check-fault.ts';
import type { IsolationLevel, Verdict } from '../core/gate/verdict.ts';
import type { Tip } from '../core/git.ts';
import { authoredMessage } from '../core/patch/commit-message.ts';
import type { Patch, PlacedFile } from '../core/patch/patch.ts';
import type { PolicyRules } from '../ports/policy.ts';
import { digestPaths } from './apply-change.ts';
import type { Candidate } from './checks/job.ts';
import { type Ended, failForGood, hold, holdForEdits, reject, tryAgain } from './end-of-attempt.ts';
import type { Holding } from './holding.ts';
import { grantedAt, judgeApprovals } from './judge-approvals.ts';
import type { Gated } from './land-patch.ts';
import type { Needs } from './needs.ts';
import { readGate } from './read-gate.ts';
import { readingOf } from './reading-of.ts';
import { recordStep } from './record-step.ts';
import { rejectReason } from './reject-reason.ts';
import { runGate } from './run-gate.ts';
import { whileChecking } from './watch-claim.ts';

export type JudgeNeeds = Pick<
  Needs,
  | 'ledger'
  | 'chains'
  | 'clock'
  | 'wakeUps'
  | 'policy'
  | 'yaml'
  | 'changes'
  | 'sandbox'
  | 'secrets'
  | 'camera'
  | 'outputs'
  | 'runLogs'
  | 'hidden'
>;

/** Stands in the ledger where a gate's fingerprint would. */
const WAIVED_GATE = 'waived';

export type Judged = { readonly kind: 'gated'; readonly gated: Gated & Pick<Candidate, 'approval'> } | Ended;

/** A claimed patch and the tip it will be judged on. */
export interface Claimed {
  readonly patch: Patch;
  readonly base: Tip;
  readonly gate: GateRule;
  readonly rules: PolicyRules;
}

/** `waived` is for the one patch for which a person asked it by name; a service never waives. */
type GateRule = 'required' | 'waived';

/** What the gate is asked about, and once it has passed, what lands. */
interface Fitted extends Gated, Candidate {
  readonly fits: readonly PlacedFile[];
}

/** Applies the patch to its base in memory and asks the gate about exactly the tree that results. */
export async function judgePatch(needs: JudgeNeeds, holding: Holding, claimed: Claimed): Promise<Judged> {
  const { patch, base, rules } = claimed;
  const { repository, worktree } = holding.open;
  const body = await needs.ledger.body(patch.id);
  if (sha256(body) !== patch.digest) {
    const detail = `its text is not what was accepted: sha256 ${sha256(body)}, accepted ${patch.digest}`;
    return failForGood(needs, holding, { patch, reason: 'body_altered', detail });
  }
  const fitted = await needs.changes.fit(holding.open, base, {
    ...readingOf(holding.workspace, patch.format),
    body,
    allowPaths: grantedAt(holding.workspace, rules),
    loosest: rules.loosestRung,
    merge: patch.merge,
    text: patch.lineage?.kind === 'reverts' ? 'restored' : 'new',
  });
  if (fitted.kind === 'faulty')
    return reject(needs, holding, { patch, reason: rejectReason(fitted.faults), faults: fitted.faults });

  const edited = await worktree.localEdits(
    base.commit,
    fitted.files.map(({ path }) => path),
  );
  if (edited.length > 0) return holdForEdits(needs, holding, { patch, paths: edited });

  const paths = digestPaths(base.tree, fitted.files);
  const approved = await judgeApprovals(needs, { patch, paths, rules });
  if (approved.kind === 'waiting') return hold(needs, holding, { patch, ...approved });

  const tree = await repository.buildTree(base.tree, fitted.files);
  await holding.observe('tree-built', patch.id);
  const { mail } = fitted.outline;
  const candidate: Fitted = {
    ...{ patch, base, tree, paths, mail, fits: fitted.fits, files: fitted.files },
    ...{ message: authoredMessage(patch, mail), approval: approved.approval },
  };
  return claimed.gate === 'waived'
    ? waiveGate(needs, holding, candidate)
    : askGate(needs, holding, { candidate, rules, brought: checksOfPatch(fitted.outline.checks) });
}

async function waiveGate(needs: JudgeNeeds, holding: Holding, candidate: Fitted): Promise<Judged> {
  const { patch, tree, fits } = candidate;
  const checked = await recordStep(needs, holding, {
    patch,
    event: { type: 'checked', tree, gate: WAIVED_GATE, verdicts: [], fits },
  });
  return checked.kind === 'recorded'
    ? { kind: 'gated', gated: { ...candidate, patch: checked.patch } }
    : checked;
}

async function askGate(
  needs: JudgeNeeds,
  holding: Holding,
  { candidate, ...asked }: AskedOf & { readonly candidate: Fitted },
): Promise<Judged> {
  const { patch, base, tree, fits } = candidate;
  const tooLow = whyTooLow(await needs.sandbox.isolation(), asked);
  if (tooLow !== null) {
    return failForGood(needs, holding, { patch, reason: 'isolation_too_low', detail: tooLow });
  }
  const found = await findGate(needs, holding, { base, ...asked });
  if (found.kind === 'none')
    return failForGood(needs, holding, { patch, reason: found.reason, detail: found.why });

  const verdicts = await whileChecking(needs, { patch, signal: holding.signal }, (signal) =>
    runGate(needs, { gate: found.gate, candidate, repository: holding.open.repository, signal }),
  );
  await holding.observe('checks-run', patch.id);
  // Cut short by a stop or a lost lease: the answer is not whole, so none is written; the next holder rescues it.
  if (holding.signal.aborted) return { kind: 'superseded' };
  const checked = await recordStep(needs, holding, {
    patch,
    event: { type: 'checked', tree, gate: found.gate.fingerprint, verdicts, fits },
  });
  if (checked.kind !== 'recorded') return checked;
  await holding.observe('verdicts-recorded', patch.id);
  return concluded(needs, holding, { candidate: { ...candidate, patch: checked.patch }, verdicts });
}

/** Whose checks the gate is made of, beside the workspace's own. */
interface AskedOf {
  readonly rules: PolicyRules;
  readonly brought: readonly Check[];
}

function whyTooLow(
  { level, description }: { readonly level: IsolationLevel; readonly description: string },
  { rules, brought }: AskedOf,
): string | null {
  if (level < rules.minimumIsolation)
    return `policy asks for isolation level ${rules.minimumIsolation}, this machine gives ${level}: ${description}`;
  if (brought.length === 0 || level >= ISOLATION_FOR_BROUGHT) return null;
  return `the patch brings checks of its own (${brought.length}), which run at isolation level ${ISOLATION_FOR_BROUGHT} or more, this machine gives ${level}: ${description}`;
}

async function findGate(needs: JudgeNeeds, holding: Holding, from: AskedOf & { readonly base: Tip }) {
  try {
    const found = await readGate(needs, holding.open.repository, { ...from, base: from.base.tree });
    return found.kind === 'gate'
      ? found
      : ({ kind: 'none', reason: 'gate_missing', why: found.why } as const);
  } catch (error) {
    if (error instanceof GhostError && error.code === 'gate_file_invalid')
      return { kind: 'none', reason: 'gate_invalid', why: error.message } as const;
    throw error;
  }
}

/** A check that failed is the author's to repair, one that could not be run is ours; only all of them passed is a pass. */
async function concluded(
  needs: JudgeNeeds,
  holding: Holding,
  { candidate, verdicts }: { readonly candidate: Fitted; readonly verdicts: readonly Verdict[] },
): Promise<Judged> {
  const { patch } = candidate;
  const stopped = verdicts.find(({ verdict }) => verdict !== 'pass');
  if (verdicts.length > 0 && stopped === undefined) return { kind: 'gated', gated: candidate };
  const wanted = wantedApproval(verdicts);
  if (wanted !== null)
    return hold(needs, holding, { patch, reason: 'needs_approval', paths: [], detail: wanted });
  if (stopped?.verdict === 'fail')
    return reject(needs, holding, { patch, reason: 'check_failed', faults: [checkFault(patch.id, stopped)] });
  const detail =
    stopped === undefined
      ? 'no check was run'
      : `check ${stopped.check} could not be run: ${stopped.detail ?? 'no reason given'}`;
  return tryAgain(needs, holding, { patch, reason: 'check_error', detail });
}
