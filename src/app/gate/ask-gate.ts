import { wantedApproval } from '../../core/gate/approvals.ts';
import { isBaseToBlame } from '../../core/gate/base-run.ts';
import type { Check } from '../../core/gate/check.ts';
import { checkFaults } from '../../core/gate/check-faults.ts';
import { planGate, runsOwnChecks } from '../../core/gate/plan.ts';
import { isWhole, NOTHING_KNOWN } from '../../core/gate/reuse.ts';
import { checksFor, serviceFault, wantsFreshRuns } from '../../core/gate/terms-of-gate.ts';
import { whyTooLow } from '../../core/gate/too-low.ts';
import type { Verdict } from '../../core/gate/verdict.ts';
import type { PlacedFile } from '../../core/patch/patch.ts';
import type { PolicyRules } from '../../ports/policy.ts';
import type { Candidate, CheckNeeds } from '../checks/job.ts';
import { type Ended, failForGood, hold, reject, tryAgain } from '../end-of-attempt.ts';
import type { Holding } from '../holding.ts';
import type { Gated } from '../land-patch.ts';
import type { Needs } from '../needs.ts';
import { recordStep } from '../record-step.ts';
import { whileChecking } from '../watch-claim.ts';
import { findGate } from './find-gate.ts';
import { type GateOnTree, knownPasses, pointToPass } from './known-passes.ts';
import { type GateJob, runGate } from './run-gate.ts';
import { unmetTerms } from './unmet-terms.ts';

export type GateNeeds = CheckNeeds & Pick<Needs, 'ledger' | 'chains' | 'cache' | 'wakeUps' | 'yaml'>;

/** What the gate is asked about, and once it has passed, what lands. */
export interface Fitted extends Gated, Candidate {
  readonly fits: readonly PlacedFile[];
  /** Whether people have approved exactly this effect. */
  readonly byPeople: boolean;
}

export type Judged = { readonly kind: 'gated'; readonly gated: Gated & Pick<Fitted, 'byPeople'> } | Ended;

/** Whose checks the gate is made of, beside the workspace's own; and what the patch's `ghost.yml` would take from it. */
interface Asked {
  readonly candidate: Fitted;
  readonly rules: PolicyRules;
  readonly brought: readonly Check[];
  readonly weakened: readonly string[];
}

/** Runs what the gate asks of this candidate and writes down what was observed, before anything follows from it. */
export async function askGate(needs: GateNeeds, holding: Holding, asked: Asked): Promise<Judged> {
  const { candidate, rules, weakened } = asked;
  const { patch, tree, fits } = candidate;
  const { repository } = holding.open;
  const found = await findGate(needs, repository, { ...asked, base: candidate.base.tree });
  if (found.kind === 'none')
    return failForGood(needs, holding, { patch, reason: found.reason, detail: found.why });
  const { checks, fingerprint } = found.gate;

  const plan = planGate(
    checksFor(patch.lineage, checks),
    candidate.files.map(({ path }) => path),
  );
  if (!runsOwnChecks(plan)) {
    const detail = `no check of the gate is for the paths that it touches: ${plan.skipped.map(({ check }) => check).join(', ')} are for others`;
    return failForGood(needs, holding, { patch, reason: 'gate_missing', detail });
  }
  const { flags } = patch.terms;
  const unasked = serviceFault(flags, patch.lineage?.kind === 'reverts' ? checks : plan.stages.flat());
  if (unasked !== null) return reject(needs, holding, { patch, reason: 'check_failed', faults: [unasked] });
  const isolation = await needs.sandbox.isolation();
  const tooLow = whyTooLow(isolation, { checks: plan.stages.flat(), minimum: rules.minimumIsolation });
  if (tooLow !== null)
    return failForGood(needs, holding, { patch, reason: 'isolation_too_low', detail: tooLow });

  const about = { workspace: patch.workspace, tree, gate: fingerprint, level: isolation.level };
  const known =
    rules.reuseVerdicts && !wantsFreshRuns(flags) ? await knownOf(needs, about, candidate) : UNKNOWN;
  const verdicts = await whileChecking(needs, { patch, signal: holding.signal }, (signal) =>
    runGate(needs, { plan, candidate, repository, signal, known }),
  );
  await holding.observe('checks-run', patch.id);
  // Cut short by a stop or a lost lease: the answer is not whole, so none is written; the next holder rescues it.
  if (holding.signal.aborted) return { kind: 'superseded' };
  const told = {
    ...(plan.skipped.length > 0 ? { skipped: plan.skipped } : {}),
    ...(weakened.length > 0 ? { weakened } : {}),
  };
  const checked = await recordStep(needs, holding, {
    patch,
    event: { type: 'checked', tree, gate: fingerprint, verdicts, fits, ...told },
  });
  if (checked.kind !== 'recorded') return checked;
  await holding.observe('verdicts-recorded', patch.id);
  if (rules.reuseVerdicts && isWhole(plan.stages.flat(), verdicts)) await pointToPass(needs, about, patch.id);
  return conclude(needs, holding, { candidate: { ...candidate, patch: checked.patch }, verdicts, rules });
}

const UNKNOWN: GateJob['known'] = { tree: NOTHING_KNOWN, base: async () => NOTHING_KNOWN };

async function knownOf(needs: GateNeeds, about: GateOnTree, { base }: Candidate): Promise<GateJob['known']> {
  return {
    tree: await knownPasses(needs, about),
    base: () => knownPasses(needs, { ...about, tree: base.tree }),
  };
}

interface Observed {
  readonly candidate: Fitted;
  readonly verdicts: readonly Verdict[];
  readonly rules: PolicyRules;
}

/**
 * Only all of them passed is a pass. A check that failed is the author's to repair, unless it fails without the patch too;
 * one that could not be run is ours.
 */
async function conclude(needs: GateNeeds, holding: Holding, observed: Observed): Promise<Judged> {
  const { candidate, verdicts, rules } = observed;
  const { patch } = candidate;
  const stopped = verdicts.filter(({ verdict }) => verdict !== 'pass');
  if (verdicts.length > 0 && stopped.length === 0) {
    const unmet = await unmetTerms(needs, patch, verdicts);
    return unmet === null
      ? { kind: 'gated', gated: candidate }
      : failForGood(needs, holding, { patch, reason: 'evidence_missing', detail: unmet });
  }
  const wanted = wantedApproval(verdicts);
  if (wanted !== null)
    return hold(needs, holding, { patch, reason: 'needs_approval', paths: [], detail: wanted });

  const failed = stopped.filter(({ verdict }) => verdict === 'fail');
  const faults = failed.flatMap((verdict) => checkFaults(patch.id, verdict));
  if (failed.some((verdict) => !isBaseToBlame(verdict)))
    return reject(needs, holding, { patch, reason: 'check_failed', faults });
  const broken = stopped.find(({ verdict }) => verdict === 'error');
  if (broken || failed.length === 0) {
    const detail = broken
      ? `check ${broken.check} could not be run: ${broken.detail ?? 'no reason given'}`
      : 'no check was run';
    return tryAgain(needs, holding, { patch, reason: 'check_error', detail });
  }
  if (rules.whenBaseFails === 'reject')
    return reject(needs, holding, { patch, reason: 'check_failed', faults });
  const names = failed.map(({ check }) => check).join(', ');
  const detail = `the base fails too, without this patch: ${names} on commit ${candidate.base.commit}`;
  return failForGood(needs, holding, { patch, reason: 'base_fails', detail });
}
