import { GhostError } from '../../core/errors.ts';
import type { Gate } from '../../core/gate/check.ts';
import { whyGateNotGranted } from '../../core/gate/grants.ts';
import type { Repository } from '../../ports/repository.ts';
import type { Needs } from '../needs.ts';
import { readGate } from './read-gate.ts';

type FoundGate =
  | { readonly kind: 'gate'; readonly gate: Gate }
  | { readonly kind: 'none'; readonly reason: 'gate_missing' | 'gate_invalid'; readonly why: string };

/** The gate of a patch, or why it has none that could be run as it stands. */
export async function findGate(
  needs: Pick<Needs, 'yaml'>,
  repository: Repository,
  from: Parameters<typeof readGate>[2],
): Promise<FoundGate> {
  try {
    const found = await readGate(needs, repository, from);
    if (found.kind === 'none') return { kind: 'none', reason: 'gate_missing', why: found.why };
    const why = whyGateNotGranted(found.gate.checks, from.rules.grants);
    return why === null ? found : { kind: 'none', reason: 'gate_invalid', why };
  } catch (error) {
    if (error instanceof GhostError && error.code === 'gate_file_invalid')
      return { kind: 'none', reason: 'gate_invalid', why: error.message };
    throw error;
  }
}
