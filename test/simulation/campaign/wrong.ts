import type { Entry } from '../../../src/core/ledger/entry.ts';
import { violationsIn } from '../../world/history/violations.ts';
import type { ScheduleOutcome } from '../schedule.ts';

/** Everything that a schedule at rest shows to be wrong, one sentence each; none means that all guarantees held. */
export function wrongIn({ history, auditLog, problems }: ScheduleOutcome): readonly string[] {
  return [
    ...problems,
    ...violationsIn(history).map(({ guarantee, problem }) => `${guarantee}: ${problem}`),
    ...auditProblems(history.entries, auditLog).map((problem) => `G8 accounted: ${problem}`),
  ];
}

/** The audit log has every entry of the chain once and in its order, and each line the place after the one before. */
function auditProblems(entries: readonly Entry[], lines: readonly string[]): readonly string[] {
  // No relay ran.
  if (lines.length === 0) return [];
  const told = lines.map(readLine);
  const misplaced = told.flatMap((line, index) => {
    if (line === null) return [`line ${index + 1} of the audit log is torn`];
    return line.position === index + 1
      ? []
      : [`line ${index + 1} of the audit log has position ${line.position}`];
  });
  const chain = entries[0]?.chain;
  const own = told.filter((line) => line?.chain === chain);
  const longer = own.length > entries.length ? own : entries;
  const unlike = longer.findIndex((_, index) => own[index]?.hash !== entries[index]?.hash);
  return unlike === -1
    ? misplaced
    : [...misplaced, `the audit log has not what entry ${unlike + 1} of chain ${chain} tells`];
}

interface Line {
  readonly position: number;
  readonly chain: string;
  readonly hash: string;
}

function readLine(text: string): Line | null {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return null;
  }
}
