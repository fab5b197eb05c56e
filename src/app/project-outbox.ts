import { fail, GhostError } from '../core/errors.ts';
import { artifactPath } from '../core/evidence/pictures-markdown.ts';
import { type Summary, summarise } from '../core/evidence/summary.ts';
import { summaryMarkdown } from '../core/evidence/summary-markdown.ts';
import type { LedgerEvent } from '../core/ledger/event.ts';
import { isPatchId } from '../core/patch/id.ts';
import type { AuditLine, AuditWriter, SummaryFile } from '../ports/audit-log.ts';
import type { Needs } from './needs.ts';
import { repairRequestOf } from './repair-request-of.ts';

/** Names under which the outbox remembers how far each projection has come. */
export const AUDIT_READER = 'audit-log';
const SUMMARY_READER = 'summaries';

const PAGE = 500;

type ProjectionNeeds = Pick<
  Needs,
  'outbox' | 'chains' | 'ledger' | 'auditLog' | 'summaries' | 'repairRounds'
> &
  PictureNeeds;

/** What checks left is shown beside the summary. */
export interface PictureNeeds {
  readonly outputs: Pick<Needs['outputs'], 'read'>;
}

/**
 * Brings `logs/audit.log` and `summaries/` up to the outbox. Both may be written again after a crash, neither ever
 * ahead of the ledger. Whoever has the log projects; all others wait for it, whichever leases they hold.
 * @throws GhostError audit_log_held, audit_log_broken (the summaries are brought up to date all the same)
 */
export async function projectOutbox(needs: ProjectionNeeds): Promise<void> {
  const writer = await openAudit(needs);
  try {
    await projectAudit(needs, writer);
    await projectSummaries(needs);
  } finally {
    await writer.close();
  }
}

/** A log that cannot be written on keeps nobody from reading what became of a patch. */
async function openAudit(needs: ProjectionNeeds): Promise<AuditWriter> {
  try {
    return await openWhole(needs);
  } catch (error) {
    if (error instanceof GhostError && error.code === 'audit_log_broken') await projectSummaries(needs);
    throw error;
  }
}

async function openWhole(needs: ProjectionNeeds): Promise<AuditWriter> {
  const writer = await needs.auditLog.open(await needs.outbox.cursor(AUDIT_READER));
  try {
    const foreign = await foreignEnd(needs, writer);
    if (foreign === null) return writer;
    throw foreign;
  } catch (error) {
    // Whatever the reason: a log that is left open bars everybody, this process included.
    await writer.close();
    throw error;
  }
}

/**
 * What the log ends with has to be what the ledger has there: a ledger or a log from an older backup would else be written
 * on as if nothing were missing.
 */
async function foreignEnd(needs: ProjectionNeeds, { last, path }: AuditWriter): Promise<GhostError | null> {
  if (last === null) return null;
  const entry = await needs.outbox.entryAt(last.position);
  if (entry?.hash === last.hash) return null;
  return fail('audit_log_broken', {
    path,
    got: `ends at position ${last.position} with entry ${last.hash.slice(0, 12)}`,
    expected:
      entry === null ? 'a position that the ledger has' : `${entry.hash.slice(0, 12)} as in the ledger`,
  });
}

/** The file itself says how far it has come, so that a line lost with a torn tail is written again. */
async function projectAudit(needs: ProjectionNeeds, { last, append }: AuditWriter): Promise<void> {
  await projectLines(needs, { after: last?.position ?? 0, append });
}

/** Writes every line behind a position, as far as the ledger has come. */
export async function projectLines(
  needs: Pick<Needs, 'outbox'>,
  { after, append }: Pick<AuditWriter, 'append'> & { readonly after: number },
): Promise<void> {
  for (let position = after; ; ) {
    const page = await needs.outbox.after(position, PAGE);
    const last = page.at(-1);
    if (last === undefined) return;
    await append(await linesOf(needs, page));
    position = last.position;
    await needs.outbox.moveCursor(AUDIT_READER, position);
  }
}

async function linesOf(needs: Pick<Needs, 'outbox'>, page: readonly LedgerEvent[]): Promise<AuditLine[]> {
  return Promise.all(
    page.map(async ({ position }) => {
      const entry = await needs.outbox.entryAt(position);
      if (entry === null) throw new TypeError(`event ${position} tells of no entry`);
      return { ...entry, position };
    }),
  );
}

/** The four after `patch.landed` complete the summary: where the work tree stands, what is signed, whether services still answer, whether the branch has it. */
export const SUMMED_UP: ReadonlySet<string> = new Set([
  'patch.landed',
  'patch.followed',
  'patch.attested',
  'patch.watched',
  'patch.taken_off',
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

/** Writes the summary of a patch as the ledger has it now. */
export async function sumUp(
  needs: Pick<Needs, 'chains' | 'ledger' | 'summaries' | 'repairRounds'> & PictureNeeds,
  id: string,
): Promise<void> {
  const patch = isPatchId(id) ? await needs.ledger.find(id) : null;
  if (patch === null) return;
  const repair = await repairRequestOf(needs, patch);
  const summary = summarise(patch, await needs.chains.entriesAbout(id), repair);
  await needs.summaries.write(id, {
    markdown: summaryMarkdown(summary),
    json: `${JSON.stringify(summary, null, 2)}\n`,
    files: await filesOf(needs, summary),
  });
}

/** What checks left for people. What is no longer kept is not shown, and its digest stays in the data. */
async function filesOf({ outputs }: PictureNeeds, summary: Summary): Promise<SummaryFile[]> {
  const files: SummaryFile[] = [];
  for (const artifact of summary.gates.flatMap(({ verdicts }) =>
    verdicts.flatMap((one) => one.artifacts ?? []),
  )) {
    const bytes = await outputs.read(artifact.sha256);
    if (bytes !== null) files.push({ path: artifactPath(summary.patch.id, artifact), bytes });
  }
  return files;
}
