import { GhostError } from '../../core/errors.ts';
import { branchGone } from '../branch-problem.ts';
import type { Needs } from '../needs.ts';
import { type VerifyOptions, type VerifyReport, verifyWorkspace } from './verify-workspace.ts';

/** A workspace that could not be verified: nothing is known of it. */
export interface Unverified {
  readonly ok: false;
  readonly workspace: string;
  readonly unverified: { readonly code: string; readonly message: string; readonly hint: string };
}

/**
 * Verifies one of several: what cannot be reached is an answer, so that the others are verified all the same.
 * @throws GhostError workspace_unknown
 */
export async function tryVerifyWorkspace(
  needs: Parameters<typeof verifyWorkspace>[0],
  name: string,
  options: VerifyOptions,
): Promise<VerifyReport | Unverified> {
  try {
    return await verifyWorkspace(needs, name, options);
  } catch (error) {
    if (!(error instanceof GhostError) || error.code === 'workspace_unknown') throw error;
    const { code, message } = error;
    const hint = (code === 'branch_gone' && (await adviceOf(needs, name))) || error.hint;
    return { ok: false, workspace: name, unverified: { code, message, hint: hint.replaceAll('NAME', name) } };
  }
}

/** With the commit that landed last, from which the branch can be made again. */
async function adviceOf(
  { workspaces, ledger }: Pick<Needs, 'workspaces' | 'ledger'>,
  name: string,
): Promise<string | null> {
  const workspace = await workspaces.find(name);
  const { lastLanded } = await ledger.line(name);
  const landed = lastLanded?.state.name === 'landed' ? lastLanded.state.intent.commit : null;
  return workspace && branchGone(workspace, landed);
}
