import { GhostError } from '../../core/errors.ts';
import type { LedgerFile } from '../../ports/ledger-file.ts';
import type { OpenedLedger } from '../../ports/ledger-ports.ts';
import type { Needs } from '../needs.ts';
import { type CheckedCounts, checkContents } from './check-contents.ts';

export interface LedgerReport {
  readonly ok: boolean;
  readonly facts: Readonly<Record<string, string | number>>;
  /** What was read; null when its content could not be asked for. */
  readonly counts: Readonly<CheckedCounts> | null;
  readonly problems: readonly string[];
  /** What to do now; null when nothing is wrong. */
  readonly advice: string | null;
}

const MOST_PROBLEMS = 200;

/** Checks a ledger as a file and by all that is in it. It may be in use, and it may be damaged in any way. */
export async function checkLedger(
  file: LedgerFile,
  { repositories }: Pick<Needs, 'repositories'>,
): Promise<LedgerReport> {
  const { facts, problems, isReadable, advice } = await file.inspect();
  if (!isReadable) return reportOf({ facts, problems, advice: advice ?? file.rescue }, null);
  let contents: OpenedLedger;
  try {
    contents = await file.open();
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    const hint = error instanceof GhostError ? error.hint : null;
    return reportOf(
      { facts, problems: [...problems, `it cannot be opened: ${problem}`], advice: hint ?? file.rescue },
      null,
    );
  }
  try {
    const found = await checkContents({ ...contents, repositories });
    const all = [...problems, ...found.problems];
    return reportOf(
      { facts, problems: all, advice: (found.problems.length === 0 ? advice : null) ?? file.rescue },
      found.counts,
    );
  } finally {
    await contents.close();
  }
}

function reportOf(
  { facts, problems, advice }: Pick<LedgerReport, 'facts' | 'problems' | 'advice'>,
  counts: CheckedCounts | null,
): LedgerReport {
  const more = problems.length - MOST_PROBLEMS;
  return {
    ok: problems.length === 0,
    facts,
    counts,
    problems: more > 0 ? [...problems.slice(0, MOST_PROBLEMS), `and ${more} more problems`] : problems,
    advice: problems.length === 0 ? null : advice,
  };
}
