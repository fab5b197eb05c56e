import {
  FAULT_KINDS,
  type Failure,
  faultCount,
  faultsByKind,
  type Tally,
} from '../../test/simulation/campaign/tally.ts';
import type { Caught } from '../../test/simulation/mutants/catches.ts';

export function describeCampaign(tally: Tally, { tookMs }: { readonly tookMs: number }): string {
  const faults = faultCount(tally);
  const seconds = Math.max(tookMs, 1) / 1000;
  const kinds = faultsByKind(tally);
  return [
    ...pointTable(tally),
    '',
    `${tally.schedules} schedules, ${tally.steps} steps, ${tally.patches} patches, ${tally.landed} landed`,
    `${faults} faults: ${FAULT_KINDS.map((kind) => `${kinds[kind]} ${kind}`).join(', ')}`,
    `${seconds.toFixed(1)} s: ${(tally.schedules / seconds).toFixed(0)} schedules/s, ${(faults / seconds).toFixed(0)} faults/s`,
    `${tally.failed} schedules went wrong`,
  ].join('\n');
}

function pointTable({ points }: Tally): readonly string[] {
  const rows = Object.entries(points)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([point, counts]) => [point, ...FAULT_KINDS.map((kind) => String(counts[kind]))]);
  return table([['fault point', ...FAULT_KINDS], ...rows]);
}

export function describeFailure(
  { seed, wrong }: Failure,
  only: readonly number[],
  mutant: string | null,
): string {
  const how = [
    `--seed ${seed}`,
    `--only '${only.join(',')}'`,
    ...(mutant === null ? [] : [`--mutant ${mutant}`]),
  ];
  return [
    '',
    `seed ${seed}:`,
    ...wrong.map((problem) => `  WRONG ${problem}`),
    `  npm run simulate -- --seed ${seed}${mutant === null ? '' : ` --mutant ${mutant}`}`,
    `  shrunk to ${only.length} faults: npm run simulate -- ${how.join(' ')}`,
  ].join('\n');
}

export function catchesTable(caught: readonly Caught[]): string {
  const rows = caught.map(({ mutant: { name, wrong, covered }, share, first }) => [
    name,
    `${(share * 100).toFixed(2)} %`,
    first === null ? '-' : `${first}`,
    covered === undefined ? wrong : `${wrong}; covered: ${covered.by}, see ${covered.seenIn}`,
  ]);
  return table([['mutant', 'seeds that see it', 'first seed', 'what it does wrong'], ...rows]).join('\n');
}

/** Columns by their widest cell; the first is a name, and all but the last stand in line. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
