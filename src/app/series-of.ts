import { MAX_SERIES } from '../core/change/limits.ts';
import type { PatchId } from '../core/patch/id.ts';
import type { Patch } from '../core/patch/patch.ts';
import type { PatchEvent } from '../core/patch/transition.ts';
import type { Holding } from './holding.ts';
import type { Needs } from './needs.ts';

/** All patches of a patch's series, in order; none for one that came alone. */
export async function seriesOf(
  needs: Pick<Needs, 'ledger'>,
  { workspace, series }: Patch,
): Promise<readonly Patch[]> {
  return series === null ? [] : needs.ledger.list({ workspace, series: series.first, limit: MAX_SERIES });
}

/** `seriesOf` that reads each series once, for one look at many of its patches. */
export function seriesReader(needs: Pick<Needs, 'ledger'>): (patch: Patch) => Promise<readonly Patch[]> {
  const known = new Map<PatchId, Promise<readonly Patch[]>>();
  return (patch) => {
    if (patch.series === null) return seriesOf(needs, patch);
    const series = known.get(patch.series.first) ?? seriesOf(needs, patch);
    known.set(patch.series.first, series);
    return series;
  };
}

/** The end of a patch whose turn never comes: `by`, before it in its series, did not land. */
export function seriesBroken({ lease }: Pick<Holding, 'lease'>, by: PatchId): PatchEvent {
  return { type: 'cancelled', by: lease.owner, brokenBy: by };
}
