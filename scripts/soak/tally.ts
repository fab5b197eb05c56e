import type { History } from './history.ts';
import type { InventedHistory } from './invented-history.ts';
import type { Replayed, ReplayReport } from './replay.ts';

/** How often each reason for not landing came up, most frequent first. */
export function reasonsOf(steps: readonly Replayed[]): readonly (readonly [reason: string, count: number])[] {
  const counts = new Map<string, number>();
  for (const step of steps)
    if (step.kind === 'skipped') counts.set(step.reason, (counts.get(step.reason) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a);
}

/** One paragraph: how many, how fast, what was skipped and why. Each skipped one was put on the branch past Ghost. */
export function describeReplay({ name }: History, { steps, problems, durationMs }: ReplayReport): string {
  const landed = steps.filter(({ kind }) => kind === 'landed').length;
  const each = steps.length === 0 ? 0 : durationMs / steps.length;
  return [
    `${name}: ${steps.length} commits, ${landed} landed with the tree of the original, ${steps.length - landed} skipped; ${(durationMs / 1000).toFixed(1)} s, ${each.toFixed(0)} ms each`,
    ...reasonsOf(steps).map(([reason, count]) => `  skipped ${count}: ${reason}`),
    ...problems.map((problem) => `  PROBLEM ${problem}`),
  ].join('\n');
}

/** Commits that ended otherwise than they had to. */
export function surprises({ expected }: InventedHistory, steps: readonly Replayed[]): readonly string[] {
  return steps.flatMap((step) => {
    const got = step.kind === 'landed' ? null : step.reason;
    const wanted = expected.get(step.commit) ?? null;
    if (got === wanted) return [];
    const detail = step.kind === 'skipped' ? `: ${step.detail}` : '';
    return [`${step.commit} ended as ${got ?? 'landed'}, expected ${wanted ?? 'landed'}${detail}`];
  });
}

/** Codes for what no text patch can say or no gateway takes; any other reason for skipping a real commit is a defect. */
const EXCUSED: ReadonlySet<string> = new Set(['empty_patch', 'unsupported', 'body_too_large']);

export function unexcused(steps: readonly Replayed[]): readonly string[] {
  return steps.flatMap((step) =>
    step.kind === 'skipped' && !EXCUSED.has(step.reason)
      ? [`${step.commit} was skipped as ${step.reason}: ${step.detail}`]
      : [],
  );
}
