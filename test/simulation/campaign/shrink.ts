/** Whether a schedule with only these of its faults still goes wrong. */
export type StillFails = (only: ReadonlySet<number>) => Promise<boolean>;

const MOST_RUNS = 400;

/**
 * The smallest set of faults, as far as leaving out finds one, with which a schedule still goes wrong: large pieces first,
 * then smaller ones, down to single faults. After Zeller's delta debugging.
 */
export async function shrink(faults: readonly number[], stillFails: StillFails): Promise<readonly number[]> {
  let kept = faults;
  let runs = 0;
  for (let size = Math.ceil(kept.length / 2); size >= 1; ) {
    const before = kept.length;
    for (let at = 0; at < kept.length && runs < MOST_RUNS; runs++) {
      const rest = kept.toSpliced(at, size);
      if (await stillFails(new Set(rest))) kept = rest;
      else at += size;
    }
    if (runs >= MOST_RUNS || (size === 1 && kept.length === before)) return kept;
    size = kept.length === before ? Math.floor(size / 2) : Math.min(size, Math.ceil(kept.length / 2));
  }
  return kept;
}
