import { isOver, type Patch } from '../patch/patch.ts';

/** Whether a patch of a series may be taken. */
export type Turn =
  /** It came alone, or all before it have landed. */
  | { readonly kind: 'free' }
  /** `for` is before it and not over. */
  | { readonly kind: 'waits'; readonly for: Patch }
  /** `by` is before it and ended without landing: this one never will. */
  | { readonly kind: 'broken'; readonly by: Patch };

/**
 * Decides by how the patches before it stand. @param series all patches of its series
 * @throws TypeError when one before it is not among them: a series is stored whole
 */
export function turnInSeries(patch: Patch, series: readonly Patch[]): Turn {
  if (patch.series === null) return { kind: 'free' };
  const { index } = patch.series;
  const before = series
    .filter((one) => (one.series?.index ?? index) < index)
    .toSorted((a, b) => (a.series?.index ?? 0) - (b.series?.index ?? 0));
  if (before.length !== index - 1)
    throw new TypeError(`${patch.id} is number ${index} of its series, and ${before.length} stand before it`);
  const notLanded = before.filter(({ state }) => state.name !== 'landed');
  const broken = notLanded.find(({ state }) => isOver(state));
  if (broken !== undefined) return { kind: 'broken', by: broken };
  const [next] = notLanded;
  return next === undefined ? { kind: 'free' } : { kind: 'waits', for: next };
}
