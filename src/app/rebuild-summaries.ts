import type { Needs } from './needs.ts';
import { AUDIT_READER, type PictureNeeds, SUMMED_UP, sumUp } from './project-outbox.ts';

const PAGE = 500;

type SummaryNeeds = Pick<Needs, 'outbox' | 'chains' | 'ledger' | 'auditLog' | 'summaries' | 'repairRounds'> &
  PictureNeeds;

/**
 * Writes each summary anew of which a form is missing; those that are there stay as they are. The service may run: whoever
 * has the audit log writes summaries, and all others wait.
 * @returns how many were missing
 * @throws GhostError audit_log_held, audit_log_broken
 */
export async function rebuildSummaries(needs: SummaryNeeds): Promise<number> {
  const writer = await needs.auditLog.open(await needs.outbox.cursor(AUDIT_READER));
  try {
    return await writeMissing(needs);
  } finally {
    await writer.close();
  }
}

async function writeMissing(needs: SummaryNeeds): Promise<number> {
  let written = 0;
  for (let position = 0; ; ) {
    const page = await needs.outbox.after(position, PAGE);
    const last = page.at(-1);
    if (last === undefined) return written;
    position = last.position;
    for (const id of new Set(page.filter(({ type }) => SUMMED_UP.has(type)).map(({ subject }) => subject))) {
      if (!(await isMissing(needs, id))) continue;
      await sumUp(needs, id);
      written += 1;
    }
  }
}

async function isMissing({ summaries }: SummaryNeeds, id: string): Promise<boolean> {
  return (await summaries.read(id, 'markdown')) === null || (await summaries.read(id, 'json')) === null;
}
