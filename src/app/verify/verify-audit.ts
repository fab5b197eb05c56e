import type { ChainHead } from '../../core/ledger/entry.ts';
import type { Needs } from '../needs.ts';
import { AUDIT_READER } from '../project-outbox.ts';
import { chainPages } from '../read-chain.ts';
import { ProblemList } from './problem-list.ts';
import { type ComparedLog, compareLog } from './verify-audit-log.ts';

export interface AuditReport {
  readonly ok: boolean;
  /** Whole lines of the audit log that were read. */
  readonly lines: number;
  readonly chains: number;
  readonly problems: readonly string[];
}

type AuditNeeds = Pick<Needs, 'chains' | 'auditLog' | 'outbox'>;

const MOST_PROBLEMS = 100;

/**
 * Recomputes every chain of the ledger, and holds the audit log against it and the outbox line by line: an edit, a
 * loss, a repetition or a reordering in any of them is named. It may run while the service writes: the cursor is read
 * before the log and the log before the ledger, so that each has at least what the one before it promised. Log and
 * chains go by in pages: however long they are, what is held is a page of each.
 */
export async function verifyAudit(needs: AuditNeeds): Promise<AuditReport> {
  const projected = await needs.outbox.cursor(AUDIT_READER);
  const log = await compareLog(needs, MOST_PROBLEMS);
  const told = await needs.outbox.newest();
  const heads = await needs.chains.heads();
  const problems = new ProblemList(MOST_PROBLEMS);
  problems.add(...log.problems.first(), ...lossOf(log, projected));
  if (log.problems.count === 0) problems.add(...log.misplaced.firstAndCount());
  problems.add(...outboxProblems(told, sum(heads.map(({ n }) => n)), await needs.outbox.newest()));
  for (const head of heads) await verifyChainOf(needs, { head, log, problems });
  const known = new Set(heads.map(({ chain }) => chain));
  for (const chain of log.chains.keys())
    if (!known.has(chain)) problems.add(`audit log: chain ${chain} is not in the ledger`);
  return {
    ok: problems.count === 0,
    lines: log.lines,
    chains: heads.length,
    problems: problems.first(),
  };
}

function lossOf({ position }: ComparedLog, projected: number): string[] {
  return projected > position
    ? [`audit log: ends at position ${position}, but was written up to ${projected}`]
    : [];
}

/** Each entry has its one place in the outbox. `before` and `after` are its ends around the count of the entries. */
function outboxProblems(before: number, entries: number, after: number): string[] {
  if (before <= entries && entries <= after) return [];
  return [`ledger: the chains have ${entries} entries, the outbox tells ${after}`];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

interface ChainCheck {
  readonly head: ChainHead;
  readonly log: ComparedLog;
  readonly problems: ProblemList;
}

/** The log may be behind the ledger by what was not yet projected, never otherwise different. */
async function verifyChainOf(needs: AuditNeeds, { head, log, problems }: ChainCheck): Promise<void> {
  const { chain } = head;
  for await (const page of chainPages(needs, head))
    problems.add(...page.problems.map(({ problem }) => `ledger, chain ${chain}: ${problem}`));
  const compared = log.chains.get(chain);
  if (compared === undefined) return;
  problems.add(...compared.problems.firstAndCount());
  if (compared.lines > compared.entries)
    problems.add(`audit log, chain ${chain}: ${compared.lines} entries, the ledger has ${compared.entries}`);
}
