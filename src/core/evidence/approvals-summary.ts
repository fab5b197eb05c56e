import { effectOf } from '../gate/approvals.ts';
import type { Entry } from '../ledger/entry.ts';
import type { Intent } from '../patch/patch.ts';
import type { PatchEvent } from '../patch/transition.ts';

/** Who vouched for what a patch did on which commit. */
export interface ApprovalSummary {
  readonly by: string;
  /** RFC 3339 in UTC. */
  readonly at: string;
  readonly base: string;
  readonly effect: string;
  /** Whether it was given for exactly what landed; null for a patch that did not land. */
  readonly isOfLanding: boolean | null;
}

export function approvalsSummary(
  entries: readonly Entry[],
  intent: Intent | null,
): readonly ApprovalSummary[] {
  const landed = intent === null ? null : effectOf(intent.paths);
  return entries
    .filter(({ type }) => type === 'patch.approved')
    .map(({ at, data }) => {
      const { by, base, effect } = data as Extract<PatchEvent, { type: 'approved' }>;
      const isOfLanding = landed === null ? null : effect === landed;
      return { by, at: new Date(at).toISOString(), base, effect, isOfLanding };
    });
}

/** The section of a summary; empty where nobody approved anything. */
export function approvalsMarkdown(
  approvals: readonly ApprovalSummary[],
  code: (text: string) => string,
): string {
  if (approvals.length === 0) return '';
  const lines = approvals.map(({ by, at, base, isOfLanding }) => {
    const fell = isOfLanding === false ? ', for something else than what landed' : '';
    return `- ${code(by)} at ${at}, on ${code(base.slice(0, 12))}${fell}`;
  });
  return ['## Approvals', '', ...lines].join('\n');
}
