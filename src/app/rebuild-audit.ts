import { fail } from '../core/errors.ts';
import { auditRebuildBegun } from '../core/ledger/audit-entry.ts';
import type { Needs } from './needs.ts';
import { projectLines } from './project-outbox.ts';
import { type AuditReport, verifyAudit } from './verify/verify-audit.ts';

export interface RebuiltAudit {
  /** The name of the old log, beside the new one; null when nothing was left of it. */
  readonly kept: string | null;
  /** What was wrong with it. */
  readonly problems: readonly string[];
  /** The new one, held against the ledger. */
  readonly report: AuditReport;
}

type RebuildNeeds = Pick<Needs, 'auditLog' | 'outbox' | 'chains' | 'clock'>;

/**
 * Writes the audit log anew from the ledger, as somebody asks who was told that it is damaged. The old one is kept: what
 * was changed in it may be what matters. The service may run; it waits meanwhile.
 * @throws GhostError audit_log_held; integrity_broken when the ledger's own chains do not hold: nothing is written then
 */
export async function rebuildAudit(needs: RebuildNeeds, { actor }: { actor: string }): Promise<RebuiltAudit> {
  const rebuild = await needs.auditLog.rebuild();
  try {
    const { problems } = await verifyAudit(needs);
    const unfit = problems.find((problem) => problem.startsWith('ledger'));
    if (unfit !== undefined)
      throw fail('integrity_broken', { problem: `The audit log was not rebuilt: ${unfit}` });
    const at = needs.clock.now();
    const name = `audit.log.replaced-${new Date(at).toISOString().replaceAll(':', '-')}`;
    const kept = rebuild.old === 'there' ? name : null;
    await needs.chains.append(auditRebuildBegun({ actor, at, kept, problems }));
    await projectLines(needs, { after: 0, append: (lines) => rebuild.append(lines) });
    await rebuild.replace(name);
    return { kept, problems, report: await verifyAudit(needs) };
  } finally {
    await rebuild.close();
  }
}
