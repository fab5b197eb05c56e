import type { FileChange } from '../../core/change/change.ts';
import type { Fault } from '../../core/change/fault.ts';
import { faultOf } from '../../core/change/fault-of.ts';
import { GhostError } from '../../core/errors.ts';
import { whyGateNotGranted } from '../../core/gate/grants.ts';
import { whatGetsWeaker } from '../../core/gate/weaker.ts';
import type { TreeId } from '../../core/git.ts';
import type { PolicyRules } from '../../ports/policy.ts';
import type { Repository } from '../../ports/repository.ts';
import type { Needs } from '../needs.ts';
import { assembled, checksIn, GATE_FILE, ownChecks } from './read-gate.ts';

export type GateAfter =
  /** `weakened`: what the next patches have to pass no more; empty too for a patch that does not touch `ghost.yml`. */
  | { readonly kind: 'usable'; readonly weakened: readonly string[] }
  | { readonly kind: 'unusable'; readonly faults: readonly [Fault] };

/**
 * Looks at the `ghost.yml` that a patch leaves behind. The patch itself is judged by the one that stands; but behind one that
 * cannot be read, asks for nothing which can fail, or asks for what the policy does not grant, no other patch could land any more.
 */
export async function whatGateLoses(
  needs: Pick<Needs, 'yaml'>,
  repository: Repository,
  at: { readonly base: TreeId; readonly files: readonly FileChange[]; readonly rules: PolicyRules },
): Promise<GateAfter> {
  const file = at.files.find(({ path }) => path === GATE_FILE);
  if (!file) return { kind: 'usable', weakened: [] };
  try {
    const after = checksIn(needs, file.after);
    const gate = assembled(at.rules.checks, after);
    if (gate.kind === 'none') return unusable(gate.why, null);
    const refused = whyGateNotGranted(gate.gate.checks, at.rules.grants);
    if (refused !== null) return unusable(refused, null);
    return {
      kind: 'usable',
      weakened: whatGetsWeaker(await checksBefore(needs, repository, at.base), after),
    };
  } catch (error) {
    if (error instanceof GhostError && error.code === 'gate_file_invalid')
      return unusable(error.message, error);
    throw error;
  }
}

/** A file that cannot be read asks for nothing: whatever replaces it takes nothing away. */
async function checksBefore(needs: Pick<Needs, 'yaml'>, repository: Repository, base: TreeId) {
  try {
    return await ownChecks(needs, repository, base);
  } catch (error) {
    if (error instanceof GhostError && error.code === 'gate_file_invalid') return [];
    throw error;
  }
}

function unusable(why: string, error: GhostError | null): GateAfter {
  const message = error === null ? `With the ghost.yml that the patch leaves behind, ${why}.` : why;
  const hint = 'The next patches have to pass it. `ghost gate check FILE` tells whether it can be used.';
  return { kind: 'unusable', faults: [faultOf('gate_unusable', { message, hint }, { path: GATE_FILE })] };
}
