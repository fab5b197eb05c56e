import type { ClosestWindow, Fault } from '../fault.ts';

/** A fault is kept in the ledger, the audit log and the summary: what a patch shows of a file is bounded here, once. */
const MAX_WIDTH = 400;
const MAX_LINES = 120;
const MAX_CHARACTERS = 64 * 1024;

/**
 * The same faults with long lines and long windows cut. The faults themselves are never left out: once the budget of
 * 64 Ki characters is spent, the rest keep their place and message and show no lines.
 */
export function boundFaults(faults: readonly Fault[]): readonly Fault[] {
  let left = MAX_CHARACTERS;
  return faults.map((fault) => {
    const cut = cutFault(fault);
    const size = sizeOf(cut);
    if (size > left) return { ...cut, expected: [], closest: null };
    left -= size;
    return cut;
  });
}

function cutFault(fault: Fault): Fault {
  return {
    ...fault,
    message: cutLine(fault.message, MAX_WIDTH * 10),
    hint: cutLine(fault.hint, MAX_WIDTH * 2),
    expected: cutLines(fault.expected),
    closest: fault.closest && cutWindow(fault.closest),
    candidates: fault.candidates.slice(0, MAX_LINES),
  };
}

function cutWindow({ firstLine, lines, diff }: ClosestWindow): ClosestWindow {
  return { firstLine, lines: cutLines(lines), diff: cutLines(diff) };
}

function cutLines(lines: readonly string[]): readonly string[] {
  const shown = lines.slice(0, MAX_LINES).map((line) => cutLine(line, MAX_WIDTH));
  return lines.length > MAX_LINES ? [...shown, `(${lines.length - MAX_LINES} more lines)`] : shown;
}

function cutLine(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width)} (${text.length - width} more characters)` : text;
}

function sizeOf({ expected, closest }: Fault): number {
  const lines = [...expected, ...(closest?.lines ?? []), ...(closest?.diff ?? [])];
  return lines.reduce((sum, line) => sum + line.length, 0);
}
