import { fail } from '../core/errors.ts';
import { summarise } from '../core/evidence/summary.ts';
import { summaryMarkdown } from '../core/evidence/summary-markdown.ts';
import type { LedgerEvent } from '../core/ledger/event.ts';
import { isPatchId } from '../core/patch/id.ts';
import type { AuditLine, AuditWriter } from '../ports/audit-log.ts';
import type { Needs } from './needs.ts';
import { repairRequestOf } from './repair-request-of.ts';

/** Names under which the outbox remembers how far each projection has come. */
export const AUDIT_READER = 'audit-log';
const SUMMARY_READER = 'summaries';

const PAGE = 500;

type ProjectionNeeds = Pick<
  Needs,
  'outbox' | 'chains' | 'ledger' | 'auditLog' | 'summaries' | 'repairRounds'
>;

/**
 * Brings `logs/audit.log` and `summaries/` up to the outbox. Both may be written again after a crash, neither ever
 * ahead of the ledger. Whoever has the log projects; all others wait for it, whichever leases they hold.
 * @throws GhostError audit_log_held, integrity_broken
 */
export async function projectOutbox(needs: ProjectionNeeds): Promise<void> {
  const writer = await needs.auditLog.open();
  try {
    await projectAudit(needs, writer);
    await projectSummaries(needs);
  } finally {
    await writer.close();
  }
}

/** The file itself says how far it has come, so that a line lost with a torn tail is written again. */
async function projectAudit(needs: ProjectionNeeds, writer: AuditWriter): Promise<void> {
  let { position } = writer;
  const newest = await needs.outbox.newest();
  if (position > newest)
    throw fail('integrity_broken', {
      problem: `the audit log ends at position ${position}; the ledger has come to ${newest} only`,
    });
  for (;;) {
    const page = await needs.outbox.after(position, PAGE);
    const last = page.at(-1);
    if (last === undefined) return;
    await writer.append(await linesOf(needs, page));
    position = last.position;
    await needs.outbox.moveCursor(AUDIT_READER, position);
  }
}

async function linesOf(needs: ProjectionNeeds, page: readonly LedgerEvent[]): Promise<AuditLine[]> {
  const lines: AuditLine[] = [];
  for (const { position } of page) {
    const entry = await needs.outbox.entryAt(position);
    if (entry === null) throw new TypeError(`event ${position} tells of no entry`);
    lines.push({ ...entry, position });
  }
  return lines;
}

/** `patch.followed` comes after the end and completes the summary with where the work tree stands. */
const SUMMED_UP: ReadonlySet<string> = new Set([
  'patch.landed',
  'patch.followed',
  'patch.rejected',
  'patch.failed',
  'patch.cancelled',
]);

async function projectSummaries(needs: ProjectionNeeds): Promise<void> {
  let position = await needs.outbox.cursor(SUMMARY_READER);
  for (;;) {
    const page = await needs.outbox.after(position, PAGE);
    const last = page.at(-1);
    if (last === undefined) return;
    for (const id of new Set(page.filter(({ type }) => SUMMED_UP.has(type)).map(({ subject }) => subject)))
      await sumUp(needs, id);
    position = last.position;
    await needs.outbox.moveCursor(SUMMARY_READER, position);
  }
}

async function sumUp(needs: ProjectionNeeds, id: string): Promise<void> {
  const patch = isPatchId(id) ? await needs.ledger.find(id) : null;
  if (patch === null) return;
  const repair = await repairRequestOf(needs, patch);
  const summary = summarise(patch, await needs.chains.entriesAbout(id), repair);
  await needs.summaries.write(id, {
    markdown: summaryMarkdown(summary),
    json: `${JSON.stringify(summary, null, 2)}\n`,
  });
}
