import type { IsolationLevel } from '../../core/gate/verdict.ts';
import { type CheckView, viewStages } from '../../core/gate/view.ts';
import type { CommitId } from '../../core/git.ts';
import { chooseWorkspace } from '../choose-workspace.ts';
import type { Needs } from '../needs.ts';
import { findGate } from './find-gate.ts';

/** What a patch that touches everything would have to pass now. */
export interface GateView {
  readonly workspace: string;
  /** The tip that its `ghost.yml` is read from. */
  readonly base: CommitId;
  /** Null where there is no gate; `problem` tells why. */
  readonly fingerprint: string | null;
  readonly problem: string | null;
  readonly minimumIsolation: IsolationLevel;
  readonly stages: readonly (readonly CheckView[])[];
}

/** @param name null for the only workspace. @throws GhostError workspace_unknown, workspace_unnamed, gate_file_invalid of policy.yml */
export async function describeGate(
  needs: Pick<Needs, 'workspaces' | 'repositories' | 'policy' | 'yaml'>,
  name: string | null,
): Promise<GateView> {
  const workspace = await chooseWorkspace(needs, name);
  const rules = await needs.policy.rulesFor(workspace.name);
  const open = await needs.repositories.open(workspace);
  try {
    const { commit, tree } = await open.repository.tip();
    const found = await findGate(needs, open.repository, { base: tree, rules });
    return {
      ...{ workspace: workspace.name, base: commit, minimumIsolation: rules.minimumIsolation },
      ...(found.kind === 'gate'
        ? { fingerprint: found.gate.fingerprint, problem: null, stages: viewStages(found.gate.checks) }
        : { fingerprint: null, problem: found.why, stages: [] }),
    };
  } finally {
    await open.repository.close();
  }
}
