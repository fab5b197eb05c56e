import type { Outcome } from './trial.ts';

/** One line a program, what became of it at each level in columns. */
export function asTable(outcomes: readonly Outcome[]): readonly string[] {
  const all = rowsOf(
    outcomes,
    (outcome) => `${cell(outcome)}${outcome.kind === 'held' ? ` (${outcome.tookMs} ms)` : ''}`,
  );
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  return all.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** The same for a page that is read: without times, which differ from run to run, and with amounts as the limits have them. */
export function asMarkdown(outcomes: readonly Outcome[]): readonly string[] {
  const [head = [], ...rows] = rowsOf(outcomes, (outcome) =>
    cell(outcome).replace(/^(stopped by us: )\d+/, '$1...'),
  );
  const line = (row: readonly string[]) => `| ${row.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

function rowsOf(
  outcomes: readonly Outcome[],
  say: (outcome: Outcome) => string,
): readonly (readonly string[])[] {
  const levels = [...new Set(outcomes.map(({ level }) => level))].toSorted((a, b) => b - a);
  const names = [...new Set(outcomes.map(({ program }) => program))];
  const rows = names.map((name) => {
    const own = outcomes.filter(({ program }) => program === name);
    return [
      name,
      ...levels.map((level) =>
        own
          .filter((one) => one.level === level)
          .map(say)
          .join(),
      ),
    ];
  });
  return [['program', ...levels.map((level) => `level ${level}`)], ...rows];
}

function cell({ kind, words }: Outcome): string {
  if (kind === 'held') return words;
  if (kind === 'got') return `GETS ${words}`;
  return kind === 'spared' ? `not run: ${words}` : `BROKEN: ${words.replaceAll(/\s+/g, ' ')}`;
}
