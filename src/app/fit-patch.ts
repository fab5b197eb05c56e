import type { Tip } from '../core/git.ts';
import type { Patch } from '../core/patch/patch.ts';
import type { Workspace } from '../core/workspace.ts';
import type { Fitted } from '../ports/change-engine.ts';
import type { PolicyRules } from '../ports/policy.ts';
import type { OpenRepository } from '../ports/repository.ts';
import { grantedAt } from './approvals/judge-approvals.ts';
import type { Needs } from './needs.ts';
import { readingOf } from './reading-of.ts';

/** Applies an accepted patch to a tip in memory, as it will be when its turn comes. Writes nothing. */
export function fitPatch(
  needs: Pick<Needs, 'changes'>,
  { open, workspace }: { readonly open: OpenRepository; readonly workspace: Workspace },
  {
    patch,
    base,
    body,
    rules,
  }: {
    readonly patch: Patch;
    readonly base: Tip;
    readonly body: Uint8Array;
    readonly rules: PolicyRules;
  },
): Promise<Fitted> {
  return needs.changes.fit(open, base, {
    ...readingOf(workspace, patch.format),
    body,
    allowPaths: grantedAt(workspace, rules),
    loosest: rules.loosestRung,
    merge: patch.merge,
    text: patch.lineage?.kind === 'reverts' ? 'restored' : 'new',
  });
}
