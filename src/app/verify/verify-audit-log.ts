import { canonicalJson } from '../../core/json.ts';
import { type Entry, SYSTEM_CHAIN } from '../../core/ledger/entry.ts';
import type { LedgerEvent } from '../../core/ledger/event.ts';
import type { AuditLine } from '../../ports/audit-log.ts';
import type { Needs } from '../needs.ts';
import { ProblemList } from './problem-list.ts';

/** What is kept of the log while its lines go by: where it stands, and in each chain where that stands. */
export interface ComparedLog {
  /** Whole lines. */
  readonly lines: number;
  /** Of the last line; 0 before the first. */
  readonly position: number;
  readonly chains: ReadonlyMap<string, ComparedChain>;
  /** Lines that are not as they were written, or not where they were. */
  readonly problems: ProblemList;
  /**
   * Lines that do not stand where the outbox has their event: chains alone do not say in which order they were written.
   * In a log with a gap that would only tell of each later line what was said of the gap.
   */
  readonly misplaced: ProblemList;
}

interface ComparedChain {
  /** In the log. */
  readonly lines: number;
  /** In the ledger, as far as the log has come. */
  readonly entries: number;
  readonly problems: ProblemList;
}

type LogNeeds = Pick<Needs, 'chains' | 'auditLog' | 'outbox'>;

interface LogLine {
  readonly number: number;
  readonly position: number;
  readonly entry: Entry;
}

const PAGE = 500;
/** Of what is told by its first and a count. */
const FIRST = 1;

/**
 * Reads the log once, and beside it, page by page, what the outbox and each chain have there. The log is behind the ledger
 * by what was not yet projected, so that of each line that was read the ledger has the entry.
 */
export async function compareLog(needs: LogNeeds, mostProblems: number): Promise<ComparedLog> {
  const comparing = new Comparing(needs, mostProblems);
  let page: LogLine[] = [];
  for await (const { number, text, end } of needs.auditLog.lines()) {
    const line = comparing.read(number, text, end);
    if (line === null) continue;
    page.push(line);
    if (page.length < PAGE) continue;
    await comparing.compare(page);
    page = [];
  }
  await comparing.compare(page);
  return comparing;
}

class Comparing implements ComparedLog {
  readonly chains = new Map<string, Writable<ComparedChain> & { last: number }>();
  readonly problems: ProblemList;
  readonly misplaced: ProblemList;
  lines = 0;
  position = 0;
  readonly #needs: LogNeeds;

  constructor(needs: LogNeeds, mostProblems: number) {
    this.#needs = needs;
    this.problems = new ProblemList(mostProblems);
    this.misplaced = new ProblemList(FIRST);
  }

  /** Null where there is no whole entry. A torn last line is none yet: nobody was told that it was written. */
  read(number: number, text: string, end: 'whole' | 'torn'): LogLine | null {
    const line = parseLine(text);
    if (end === 'torn') {
      this.problems.add(...leftover(number, text, line));
      return null;
    }
    if (line === null) {
      this.problems.add(`audit log, line ${number}: not a whole entry`);
      return null;
    }
    // What was written is the one spelling of its entry; any other byte was put there since.
    if (canonicalJson(line) !== text) this.problems.add(`audit log, line ${number}: not as it was written`);
    const { position, ...entry } = line;
    const expected = this.position + 1;
    if (position !== expected)
      this.problems.add(`audit log, line ${number}: position ${position}, expected ${expected}`);
    this.lines += 1;
    this.position = position;
    return { number, position, entry };
  }

  async compare(page: readonly LogLine[]): Promise<void> {
    if (this.problems.count === 0) await this.#compareOrder(page);
    for (const [chain, lines] of Map.groupBy(page, ({ entry }) => entry.chain))
      await this.#compareChain(chain, lines);
  }

  async #compareOrder(page: readonly LogLine[]): Promise<void> {
    const [first] = page;
    if (first === undefined) return;
    const events = await this.#needs.outbox.after(first.position - 1, page.length);
    const byPosition = new Map(events.map((event) => [event.position, event]));
    for (const line of page) this.misplaced.add(...misplaced(line, byPosition.get(line.position)));
  }

  /** As many entries as there are lines, from where the chain was left. */
  async #compareChain(name: string, lines: readonly LogLine[]): Promise<void> {
    const chain = this.chains.get(name) ?? this.#beginning();
    this.chains.set(name, chain);
    const entries = await this.#needs.chains.entries(name, chain.last, lines.length);
    for (const [index, { entry: line }] of lines.entries()) {
      const entry = entries[index];
      if (entry !== undefined && canonicalJson(entry) === canonicalJson(line)) continue;
      chain.problems.add(
        `audit log, chain ${name}: entry ${chain.lines + index + 1} is ${line.type} with number ${line.n}, which is not what the ledger has there`,
      );
    }
    chain.lines += lines.length;
    chain.entries += entries.length;
    chain.last = entries.at(-1)?.n ?? chain.last;
  }

  #beginning() {
    return { lines: 0, entries: 0, last: 0, problems: new ProblemList(FIRST) };
  }
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

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
