/** How one stretch of a file changes: the old lines it covers and what replaces them. Lines carry their line ends. */
export interface Stretch {
  readonly at: number;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

export interface MadeHunk {
  readonly oldStart: number;
  readonly oldCount: number;
  readonly newStart: number;
  readonly newCount: number;
  readonly body: readonly string[];
}

/** The file after all stretches, which are ascending and do not touch. */
export function edited(lines: readonly string[], stretches: readonly Stretch[]): string[] {
  const result: string[] = [];
  let done = 0;
  for (const { at, removed, added } of stretches) {
    result.push(...lines.slice(done, at), ...added);
    done = at + removed.length;
  }
  return [...result, ...lines.slice(done)];
}

/** Hunks with `context` lines around, neighbours joined where their context would overlap. */
export function madeHunks(
  lines: readonly string[],
  stretches: readonly Stretch[],
  context: number,
): MadeHunk[] {
  const groups: Stretch[][] = [];
  for (const stretch of stretches) {
    const last = groups.at(-1)?.at(-1);
    if (last !== undefined && stretch.at - (last.at + last.removed.length) <= 2 * context) {
      groups.at(-1)?.push(stretch);
    } else groups.push([stretch]);
  }
  let shift = 0;
  return groups.map((group) => {
    const hunk = madeHunk(lines, group, { context, shift });
    shift += hunk.newCount - hunk.oldCount;
    return hunk;
  });
}

function madeHunk(
  lines: readonly string[],
  group: readonly Stretch[],
  from: { readonly context: number; readonly shift: number },
): MadeHunk {
  const body: string[] = [];
  const first = Math.max(0, (group[0]?.at ?? 0) - from.context);
  let done = first;
  const keep = (to: number): void => {
    for (const line of lines.slice(done, to)) body.push(...marked(' ', line));
  };
  for (const { at, removed, added } of group) {
    keep(at);
    for (const line of removed) body.push(...marked('-', line));
    for (const line of added) body.push(...marked('+', line));
    done = at + removed.length;
  }
  const last = Math.min(lines.length, done + from.context);
  keep(last);
  const oldCount = last - first;
  const grown = group.reduce((sum, { removed, added }) => sum + added.length - removed.length, 0);
  const newCount = oldCount + grown;
  return {
    oldStart: oldCount === 0 ? first : first + 1,
    oldCount,
    newStart: (newCount === 0 ? first : first + 1) + from.shift,
    newCount,
    body,
  };
}

function marked(prefix: string, line: string): string[] {
  return line.endsWith('\n') ? [prefix + line] : [`${prefix + line}\n`, '\\ No newline at end of file\n'];
}

export function headerOf(hunk: MadeHunk): string {
  return `@@ -${hunk.oldStart},${hunk.oldCount} +${hunk.newStart},${hunk.newCount} @@\n`;
}

/** A plain unified diff of one file, `header` deciding what each @@ line says. */
export function unified(
  path: string,
  hunks: readonly MadeHunk[],
  header: (hunk: MadeHunk) => string = headerOf,
): string {
  return `--- a/${path}\n+++ b/${path}\n${hunks.map((hunk) => header(hunk) + hunk.body.join('')).join('')}`;
}
