/** One thing that was measured, beside what it has to stand up to, both from the same run. */
export interface Figure {
  readonly name: string;
  readonly unit: 'ms' | 'per s';
  readonly got: number;
  readonly control: { readonly name: string; readonly value: number };
  /** What `got / control` has to be; null where nobody has said. */
  readonly bar: Bar | null;
  /** How it was measured, in a line: repetitions, spread. */
  readonly note: string;
}

interface Bar {
  readonly kind: 'at most' | 'at least';
  readonly ratio: number;
}

/** A figure without a control: where time goes, what the disk costs. */
export interface Detail {
  readonly name: string;
  readonly rows: readonly (readonly [what: string, value: string])[];
}

export interface BenchReport {
  readonly figures: readonly Figure[];
  readonly details: readonly Detail[];
}

/** Told while it runs, on standard error. */
export type Tell = (progress: string) => void;

export function ratioOf({ got, control }: Figure): number {
  return got / control.value;
}

/** Null without a bar. */
export function isMet(figure: Figure): boolean | null {
  if (figure.bar === null) return null;
  const { kind, ratio } = figure.bar;
  return kind === 'at most' ? ratioOf(figure) <= ratio : ratioOf(figure) >= ratio;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** By the nearest rank; 0 is the smallest value, 1 the greatest. */
export function quantile(values: readonly number[], at: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(at * sorted.length))] ?? Number.NaN;
}

export function asText({ figures, details }: BenchReport): string {
  return [...figures.map(figureText), ...details.map(detailText)].join('\n');
}

/** The same for machines: every figure with its ratio and its verdict. */
export function asJson({ figures, details }: BenchReport): string {
  const judged = figures.map((figure) => ({ ...figure, ratio: ratioOf(figure), met: isMet(figure) }));
  return JSON.stringify({ figures: judged, details }, null, 2);
}

function figureText(figure: Figure): string {
  const { name, unit, got, control, bar, note } = figure;
  const verdict =
    bar === null ? 'no bar' : `bar ${bar.kind} ${bar.ratio}: ${isMet(figure) ? 'met' : 'MISSED'}`;
  return [
    name,
    `  ${number(got)} ${unit}; ${control.name}: ${number(control.value)} ${unit}`,
    `  ratio ${ratioOf(figure).toFixed(3)}, ${verdict}   (${note})`,
  ].join('\n');
}

function detailText({ name, rows }: Detail): string {
  const width = Math.max(...rows.map(([what]) => what.length));
  return [name, ...rows.map(([what, value]) => `  ${what.padEnd(width)}  ${value}`)].join('\n');
}

function number(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(2);
}
