import type { Patch, StateName } from '../core/patch/patch.ts';
import { chooseWorkspace } from './choose-workspace.ts';
import type { Needs } from './needs.ts';

export interface PatchFilter {
  readonly workspace: string | null;
  readonly states: readonly StateName[] | null;
  readonly limit: number;
  /** Only patches with a smaller `seq`. */
  readonly before: number | null;
}

/** Sorted by `seq`, ascending. @throws GhostError workspace_unknown */
export async function listPatches(
  needs: Pick<Needs, 'ledger' | 'workspaces'>,
  filter: PatchFilter,
): Promise<readonly Patch[]> {
  const { workspace, states, limit, before } = filter;
  if (workspace !== null) await chooseWorkspace(needs, workspace);
  return needs.ledger.list({
    limit,
    ...(workspace === null ? {} : { workspace }),
    ...(states === null ? {} : { states }),
    ...(before === null ? {} : { before }),
  });
}
