import { legible } from '../../core/change/bytes.ts';
import type { FileChange } from '../../core/change/change.ts';
import type { Fault } from '../../core/change/fault.ts';
import { faultOf } from '../../core/change/fault-of.ts';
import { checkFaults } from '../../core/gate/check-faults.ts';
import { isInspection } from '../../core/gate/inspect/inspections.ts';
import { planGate } from '../../core/gate/plan.ts';
import { serviceFault } from '../../core/gate/terms-of-gate.ts';
import type { Path, TreeId } from '../../core/git.ts';
import type { Patch } from '../../core/patch/patch.ts';
import type { PolicyRules } from '../../ports/policy.ts';
import type { Repository } from '../../ports/repository.ts';
import { inspectCandidate } from '../checks/inspect-candidate.ts';
import type { Needs } from '../needs.ts';
import { findGate } from './find-gate.ts';

interface Dry {
  readonly patch: Patch;
  readonly base: TreeId;
  readonly files: readonly FileChange[];
  /** Every path that the patch is about. */
  readonly paths: readonly Path[];
  readonly message: string;
  readonly rules: PolicyRules;
}

/**
 * All that the flags of a patch find wrong with it while it is applied in memory alone: nothing is written yet, and nothing is
 * started. Empty where its flags ask for no look.
 */
export async function dryCheck(
  needs: Pick<Needs, 'yaml' | 'outputs' | 'hidden' | 'clock'>,
  repository: Repository,
  dry: Dry,
): Promise<readonly Fault[]> {
  const { flags } = dry.patch.terms;
  const idle = flags.includes('requireMutationProof') ? idleFaults(dry) : [];
  if (!flags.includes('runDryCheck')) return idle;
  return [...idle, ...(await gateFaults(needs, repository, dry))];
}

/** A path that stays as it is has nothing to prove. */
function idleFaults({ files, paths }: Dry): readonly Fault[] {
  const changed = new Set(files.map(({ path }) => path));
  return paths
    .filter((path) => !changed.has(path))
    .map((path) =>
      faultOf(
        'changes_nothing',
        {
          message: `${legible(path)} stays as it is, and the patch asks for requireMutationProof: each path that it names has to change.`,
          hint: 'Leave this file out of the patch; it has this already.',
        },
        { path },
      ),
    );
}

async function gateFaults(
  needs: Pick<Needs, 'yaml' | 'outputs' | 'hidden' | 'clock'>,
  repository: Repository,
  { patch, base, files, message, rules }: Dry,
): Promise<readonly Fault[]> {
  // A gate that cannot be had is told when it is asked.
  const found = await findGate(needs, repository, { base, rules });
  if (found.kind === 'none') return [];
  const { stages } = planGate(
    found.gate.checks,
    files.map(({ path }) => path),
  );
  const service = serviceFault(patch.terms.flags, stages.flat());
  const faults: Fault[] = service === null ? [] : [service];
  const { signal } = new AbortController();
  for (const check of stages.flat()) {
    const { task } = check;
    if (!isInspection(task)) continue;
    const verdict = await inspectCandidate(needs, {
      ...{ check: { ...check, task }, signal },
      candidate: { files, message },
    });
    if (verdict.verdict === 'fail') faults.push(...checkFaults(patch.id, verdict));
  }
  return faults;
}
