import { effectOf } from '../../core/gate/approvals.ts';
import { ISOLATION_FOR_BROUGHT } from '../../core/gate/brought-checks.ts';
import type { Check } from '../../core/gate/check.ts';
import { planGate } from '../../core/gate/plan.ts';
import { keyOf } from '../../core/gate/reuse.ts';
import { checksFor } from '../../core/gate/terms-of-gate.ts';
import type { Verdict } from '../../core/gate/verdict.ts';
import type { TreeId } from '../../core/git.ts';
import { eventIn } from '../../core/ledger/fold.ts';
import type { PatchEvent } from '../../core/patch/transition.ts';
import type { PolicyRules } from '../../ports/policy.ts';
import type { Repository } from '../../ports/repository.ts';
import { approvalsOf, standingOf } from '../approvals/approvals-of.ts';
import { findGate } from '../gate/find-gate.ts';
import { WAIVED_GATE } from '../judge-patch.ts';
import type { Needs } from '../needs.ts';
import type { Findings, LandedPatch } from './verify-evidence.ts';

export interface GateAsked {
  readonly repository: Repository;
  readonly rules: PolicyRules;
  readonly baseTree: TreeId;
  /** Checks of the patch; null where its text was not read again. */
  readonly brought: readonly Check[] | null;
}

type GateReads = Pick<Needs, 'yaml' | 'chains' | 'ledger'>;
type Checked = Extract<PatchEvent, { type: 'checked' }>;

/**
 * Holds the recorded verdicts against the gate that policy and base ask for: on this tree, none missing, none below the level
 * that was demanded, and approved as demanded. Policies of earlier days are not kept: where the fingerprint is another one, only
 * what is recorded can be told.
 */
export async function verifyGate(needs: GateReads, asked: GateAsked, landed: LandedPatch): Promise<Findings> {
  const { patch, intent, entries } = landed;
  const name = `${intent.commit} of ${patch.id}`;
  const checked = entries.map((entry) => eventIn(entry)).findLast((event) => event.type === 'checked');
  if (checked?.type !== 'checked') return { problems: [`${name} landed without a gate`], unproven: [] };
  const onTree =
    checked.tree === intent.tree ? [] : [`its gate ran on tree ${checked.tree}, landed is ${intent.tree}`];
  if (checked.gate === WAIVED_GATE)
    return {
      problems: onTree.map((one) => `${name}: ${one}`),
      unproven: [`${name}: a person waived its gate`],
    };
  const policy = await policyFindings(needs, asked, { ...landed, checked });
  return {
    problems: [
      ...onTree,
      ...verdictProblems(checked),
      ...(await acceptanceProblems(needs, landed, checked)),
      ...policy.problems,
    ].map((one) => `${name}: ${one}`),
    unproven: policy.unproven.map((one) => `${name}: ${one}`),
  };
}

function verdictProblems({ verdicts }: Checked): string[] {
  if (verdicts.length === 0) return ['its gate has no verdict'];
  return verdicts
    .filter(({ verdict }) => verdict !== 'pass')
    .map(({ check, verdict }) => `it landed with ${verdict} of check ${check}`);
}

/** A failure that an approver accepted is a pass only with somebody who approved exactly this. */
async function acceptanceProblems(
  needs: GateReads,
  { patch, intent }: LandedPatch,
  { verdicts }: Checked,
): Promise<string[]> {
  const effect = effectOf(intent.paths);
  const { approvals, authors } = await approvalsOf(needs, patch);
  const isApproved = approvals.some((one) => one.effect === effect && !authors.includes(one.by));
  return verdicts
    .filter(({ approval }) => approval !== undefined && (approval !== 'given' || !isApproved))
    .map(({ check }) => `what check ${check} found was approved by nobody`);
}

async function policyFindings(
  needs: GateReads,
  { repository, rules, baseTree, brought }: GateAsked,
  { patch, intent, checked }: LandedPatch & { readonly checked: Checked },
): Promise<Findings> {
  if (brought === null) return { problems: [], unproven: ['its gate was not put together again'] };
  const found = await findGate(needs, repository, { base: baseTree, rules, brought });
  if (found.kind === 'none' || found.gate.fingerprint !== checked.gate)
    return { problems: [], unproven: ['its gate was made by a policy that is another one now'] };
  const plan = planGate(
    checksFor(patch.lineage, found.gate.checks),
    intent.paths.map(({ path }) => path),
  );
  const approvals = await standingOf(needs, { patch, paths: intent.paths, rules });
  return {
    problems: gateProblems(plan.stages.flat(), checked.verdicts, rules),
    unproven: approvals.kind === 'wanting' ? [`by the policy of now it ${approvals.detail}`] : [],
  };
}

function gateProblems(checks: readonly Check[], verdicts: readonly Verdict[], rules: PolicyRules): string[] {
  const recorded = new Map(verdicts.map((verdict) => [keyOf(verdict.check, verdict.source), verdict]));
  const asked = new Set(checks.map(({ name, source }) => keyOf(name, source)));
  return [
    ...checks.flatMap((check) => checkProblems(check, recorded.get(keyOf(check.name, check.source)), rules)),
    ...verdicts
      .filter(({ check, source }) => !asked.has(keyOf(check, source)))
      .map(({ check }) => `check ${check} has a verdict, and its gate does not ask for it`),
  ];
}

function checkProblems(
  check: Check,
  verdict: Verdict | undefined,
  { minimumIsolation }: PolicyRules,
): string[] {
  if (verdict === undefined) return [`its gate asks for check ${check.name}, which has no verdict`];
  const { isolation } = verdict;
  const least = Math.max(minimumIsolation, check.level, check.source === 'patch' ? ISOLATION_FOR_BROUGHT : 0);
  return isolation === null || isolation >= least
    ? []
    : [`check ${check.name} ran at isolation level ${isolation}, asked was ${least}`];
}
