import type { Shift } from './site.ts';

/**
 * The one prefix that all lines of a hunk lack, or all have too many, compared with the file's. `equal` where none is
 * needed, null where no single one will do. Pairs are of lines as they are compared; blank ones say nothing.
 */
export function commonShift(pairs: Iterable<readonly [hunk: string, file: string]>): Shift | 'equal' | null {
  let common: Shift | 'equal' | null = null;
  for (const [hunk, file] of pairs) {
    if (hunk === '' && file === '') continue;
    const shift: Shift | 'equal' | null = common ?? shiftBetween(hunk, file);
    if (shift === null || shifted(hunk, shift) !== file) return null;
    common = shift;
  }
  return common ?? 'equal';
}

function shiftBetween(hunk: string, file: string): Shift | 'equal' | null {
  const more = file.length - hunk.length;
  if (more === 0) return 'equal';
  const prefix = more > 0 ? file.slice(0, more) : hunk.slice(0, -more);
  if (!isUniform(prefix)) return null;
  return { by: more > 0 ? 'in' : 'out', prefix };
}

/** Tabs and spaces are never mixed: how wide a tab is, nobody knows. */
function isUniform(prefix: string): boolean {
  const [first] = prefix;
  return (first === ' ' || first === '\t') && prefix === first.repeat(prefix.length);
}

/** A line of the hunk as the file would have it; null when it lacks the blanks that would have to go. */
export function shifted(line: string, shift: Shift | 'equal'): string | null {
  if (shift === 'equal') return line;
  if (shift.by === 'in') return shift.prefix + line;
  return line.startsWith(shift.prefix) ? line.slice(shift.prefix.length) : null;
}
