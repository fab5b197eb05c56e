import type { Workspace } from '../../core/workspace.ts';
import type { Repository } from '../../ports/repository.ts';
import type { Needs } from '../needs.ts';
import { findGate } from './find-gate.ts';
import { readGate } from './read-gate.ts';

/**
 * Why a workspace has no gate at its tip, or null when it has one. What it asks of the policy may still be granted after it
 * was added. @throws GhostError gate_file_invalid
 */
export async function gateProblem(
  needs: Pick<Needs, 'repositories' | 'policy' | 'yaml'>,
  workspace: Workspace,
): Promise<string | null> {
  const open = await needs.repositories.open(workspace);
  try {
    const tip = await open.repository.tip();
    const found = await readGate(needs, open.repository, {
      base: tip.tree,
      rules: await needs.policy.rulesFor(workspace.name),
    });
    return found.kind === 'none' ? found.why : null;
  } finally {
    await open.repository.close();
  }
}

/** The same for a tree that is at hand; a gate file that cannot be read is a problem like another. */
export async function gateProblemAt(
  needs: Pick<Needs, 'yaml'>,
  repository: Repository,
  at: Parameters<typeof findGate>[2],
): Promise<string | null> {
  const found = await findGate(needs, repository, at);
  return found.kind === 'none' ? found.why : null;
}
