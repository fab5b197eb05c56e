import { legible } from '../bytes.ts';
import type { Fault } from '../fault.ts';

/** Lines of one block that are shown; the rest is counted. */
const MAX_LINES = 40;
const MAX_FAULTS = 50;

/**
 * All faults of a patch as one plain text to its author, person or machine: what is wrong, where, what was expected and
 * what to do. Ends without a newline.
 */
export function explainFaults(faults: readonly Fault[]): string {
  const count = faults.length === 1 ? '1 thing is' : `${faults.length} things are`;
  const head = `The patch was not applied: ${count} wrong with it. Nothing was changed.`;
  const more = faults.length - MAX_FAULTS;
  const rest = more > 0 ? [`(${more} more; repair these first.)`] : [];
  return [head, ...faults.slice(0, MAX_FAULTS).map(explained), ...rest].join('\n\n');
}

function explained(fault: Fault, at: number): string {
  return [`${at + 1}. [${fault.code}] ${fault.message}`, ...details(fault), `   Next: ${fault.hint}`].join(
    '\n',
  );
}

function details(fault: Fault): string[] {
  const { closest, expected, foundIn } = fault;
  if (closest !== null && closest.diff.length > 0) {
    const from = fault.path === null ? 'the file' : legible(fault.path);
    return [
      `   Expected by the patch (-) and found in ${from} from line ${closest.firstLine} (+):`,
      ...block(closest.diff),
    ];
  }
  if (expected.length === 0) return [];
  const where = foundIn === null ? '' : `, which stand in ${legible(foundIn)}`;
  return [`   Expected lines${where}:`, ...block(expected)];
}

function block(lines: readonly string[]): string[] {
  const shown = lines.slice(0, MAX_LINES).map((line) => `     ${line}`);
  const rest = lines.length - shown.length;
  return rest > 0 ? [...shown, `     (${rest} more lines)`] : shown;
}
