import { canonicalJson } from '../core/json.ts';
import type { Entry } from '../core/ledger/entry.ts';
import { verifyChain } from '../core/ledger/verify-chain.ts';
import type { AuditLine } from '../ports/audit-log.ts';
import type { Needs } from './needs.ts';
import { AUDIT_READER } from './project-outbox.ts';

export interface AuditReport {
  readonly ok: boolean;
  /** Lines of the audit log that were read. */
  readonly lines: number;
  readonly chains: number;
  readonly problems: readonly string[];
}

type AuditNeeds = Pick<Needs, 'chains' | 'auditLog' | 'outbox'>;

const PAGE = 1_000;
const MOST_PROBLEMS = 100;

/**
 * Recomputes every chain of the ledger, and holds the audit log against it line by line: an edit, a loss, a
 * repetition or a reordering in either is named.
 */
export async function verifyAudit(needs: AuditNeeds): Promise<AuditReport> {
  const heads = await needs.chains.heads();
  const log = await readLog(needs);
  const problems = [...log.problems];
  const projected = await needs.outbox.cursor(AUDIT_READER);
  if (projected > log.position)
    problems.push(`audit log: ends at position ${log.position}, but was written up to ${projected}`);
  for (const head of heads) {
    const entries = await wholeChain(needs, head.chain);
    problems.push(
      ...verifyChain(entries, head).map(({ problem }) => `ledger, chain ${head.chain}: ${problem}`),
    );
    problems.push(...compare(head.chain, entries, log.chains.get(head.chain) ?? []));
    log.chains.delete(head.chain);
  }
  for (const chain of log.chains.keys()) problems.push(`audit log: chain ${chain} is not in the ledger`);
  return {
    ok: problems.length === 0,
    lines: log.lines,
    chains: heads.length,
    problems: problems.slice(0, MOST_PROBLEMS),
  };
}

async function wholeChain(needs: AuditNeeds, chain: string): Promise<readonly Entry[]> {
  const all: Entry[] = [];
  for (;;) {
    const page = await needs.chains.entries(chain, all.at(-1)?.n ?? 0, PAGE);
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}

interface ReadLog {
  readonly chains: Map<string, Entry[]>;
  readonly lines: number;
  /** Of the last whole line. */
  readonly position: number;
  readonly problems: readonly string[];
}

async function readLog(needs: AuditNeeds): Promise<ReadLog> {
  const chains = new Map<string, Entry[]>();
  const problems: string[] = [];
  let lines = 0;
  let last = 0;
  for await (const { number, text } of needs.auditLog.lines()) {
    lines = number;
    const line = parseLine(text);
    if (line === null) {
      problems.push(`audit log, line ${number}: not a whole entry`);
      continue;
    }
    const { position, ...entry } = line;
    if (position <= last) problems.push(`audit log, line ${number}: position ${position} after ${last}`);
    last = position;
    const chain = chains.get(entry.chain);
    if (chain === undefined) chains.set(entry.chain, [entry]);
    else chain.push(entry);
  }
  return { chains, lines, position: last, problems };
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
