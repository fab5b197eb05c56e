import { canonicalJson } from '../core/json.ts';
import { type Entry, SYSTEM_CHAIN } from '../core/ledger/entry.ts';
import type { LedgerEvent } from '../core/ledger/event.ts';
import type { AuditLine } from '../ports/audit-log.ts';
import type { Needs } from './needs.ts';
import { AUDIT_READER } from './project-outbox.ts';
import { readChain } from './read-chain.ts';

export interface AuditReport {
  readonly ok: boolean;
  /** Whole lines of the audit log that were read. */
  readonly lines: number;
  readonly chains: number;
  readonly problems: readonly string[];
}

type AuditNeeds = Pick<Needs, 'chains' | 'auditLog' | 'outbox'>;

const PAGE = 1_000;
const MOST_PROBLEMS = 100;

/**
 * Recomputes every chain of the ledger, and holds the audit log against it and the outbox line by line: an edit, a
 * loss, a repetition or a reordering in any of them is named. It may run while the service writes: the cursor is read
 * before the log and the log before the ledger, so that each has at least what the one before it promised.
 */
export async function verifyAudit(needs: AuditNeeds): Promise<AuditReport> {
  const projected = await needs.outbox.cursor(AUDIT_READER);
  const log = await readLog(needs);
  const told = await needs.outbox.newest();
  const heads = await needs.chains.heads();
  const problems = [
    ...log.problems,
    ...lossOf(log, projected),
    ...(await compareOrder(needs, log)),
    ...outboxProblems(told, sum(heads.map(({ n }) => n)), await needs.outbox.newest()),
  ];
  const unknown = new Set(log.chains.keys());
  for (const head of heads) {
    const chain = await readChain(needs, head);
    problems.push(...chain.problems.map(({ problem }) => `ledger, chain ${head.chain}: ${problem}`));
    problems.push(...compare(head.chain, chain.entries, log.chains.get(head.chain) ?? []));
    unknown.delete(head.chain);
  }
  for (const chain of unknown) problems.push(`audit log: chain ${chain} is not in the ledger`);
  return {
    ok: problems.length === 0,
    lines: log.lines.length,
    chains: heads.length,
    problems: problems.slice(0, MOST_PROBLEMS),
  };
}

interface LogLine {
  readonly number: number;
  readonly position: number;
  readonly entry: Entry;
}

interface ReadLog {
  readonly lines: readonly LogLine[];
  readonly chains: ReadonlyMap<string, readonly Entry[]>;
  readonly problems: readonly string[];
}

/** A torn last line is none yet: nobody was told that it was written. */
async function readLog(needs: AuditNeeds): Promise<ReadLog> {
  const lines: LogLine[] = [];
  const problems: string[] = [];
  for await (const { number, text, end } of needs.auditLog.lines()) {
    const line = parseLine(text);
    if (end === 'torn') {
      problems.push(...leftover(number, text, line));
      continue;
    }
    if (line === null) {
      problems.push(`audit log, line ${number}: not a whole entry`);
      continue;
    }
    // What was written is the one spelling of its entry; any other byte was put there since.
    if (canonicalJson(line) !== text) problems.push(`audit log, line ${number}: not as it was written`);
    const { position, ...entry } = line;
    const expected = (lines.at(-1)?.position ?? 0) + 1;
    if (position !== expected)
      problems.push(`audit log, line ${number}: position ${position}, expected ${expected}`);
    lines.push({ number, position, entry });
  }
  const entries = lines.map(({ entry }) => entry);
  return { lines, chains: Map.groupBy(entries, ({ chain }) => chain), problems };
}

/** Writing may be under way or have been cut short, but neither ever writes more than a line without its end. */
function leftover(number: number, text: string, line: AuditLine | null): string[] {
  const isPart = line === null ? text.startsWith('{') : canonicalJson(line) === text;
  return isPart ? [] : [`audit log, line ${number}: not as it was written`];
}

function parseLine(text: string): AuditLine | null {
  try {
    const line: unknown = JSON.parse(text);
    return line !== null &&
      typeof line === 'object' &&
      'chain' in line &&
      'n' in line &&
      'hash' in line &&
      'position' in line
      ? (line as AuditLine)
      : null;
  } catch {
    return null;
  }
}

function lossOf({ lines }: ReadLog, projected: number): string[] {
  const last = lines.at(-1)?.position ?? 0;
  return projected > last ? [`audit log: ends at position ${last}, but was written up to ${projected}`] : [];
}

/**
 * Each line stands where the outbox has its event: chains alone do not say in which order they were written. In a log
 * with a gap that would only tell of each later line what was said of the gap.
 */
async function compareOrder(needs: AuditNeeds, { lines, problems: gaps }: ReadLog): Promise<string[]> {
  const problems: string[] = [];
  if (gaps.length > 0) return problems;
  for (let from = 0; from < lines.length; from += PAGE) {
    const page = lines.slice(from, from + PAGE);
    const events = await needs.outbox.after((page[0]?.position ?? 1) - 1, page.length);
    const byPosition = new Map(events.map((event) => [event.position, event]));
    problems.push(...page.flatMap((line) => misplaced(line, byPosition.get(line.position))));
  }
  return problems;
}

function misplaced({ number, position, entry }: LogLine, event: LedgerEvent | undefined): string[] {
  const line = `audit log, line ${number}: ${entry.type} of ${entry.subject}`;
  if (event === undefined) return [`${line} at position ${position}, where the outbox has nothing`];
  const isSame =
    (event.workspace ?? SYSTEM_CHAIN) === entry.chain &&
    event.type === entry.type &&
    event.subject === entry.subject;
  return isSame
    ? []
    : [`${line} at position ${position}, where the outbox has ${event.type} of ${event.subject}`];
}

/** Each entry has its one place in the outbox. `before` and `after` are its ends around the count of the entries. */
function outboxProblems(before: number, entries: number, after: number): string[] {
  if (before <= entries && entries <= after) return [];
  return [`ledger: the chains have ${entries} entries, the outbox tells ${after}`];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** The log may be behind the ledger by what was not yet projected, never otherwise different. */
function compare(chain: string, ledger: readonly Entry[], log: readonly Entry[]): string[] {
  const problems = log.flatMap((line, index) => {
    const entry = ledger[index];
    if (entry !== undefined && canonicalJson(entry) === canonicalJson(line)) return [];
    return [
      `audit log, chain ${chain}: entry ${index + 1} is ${line.type} with number ${line.n}, which is not what the ledger has there`,
    ];
  });
  return log.length > ledger.length
    ? [...problems, `audit log, chain ${chain}: ${log.length} entries, the ledger has ${ledger.length}`]
    : problems;
}
