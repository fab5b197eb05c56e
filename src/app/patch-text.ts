import { sha256 } from '../core/digest.ts';
import type { Patch } from '../core/patch/patch.ts';
import type { Needs } from './needs.ts';

const KEPT_MS = 3_600_000;

/**
 * The text of a patch for people to look at, as it was accepted. It never changes, so that it is kept by its digest; what
 * the cache has under that and is something else is not shown. Where a patch is judged, its text is the ledger's own.
 */
export async function patchText(
  needs: Pick<Needs, 'ledger' | 'cache'>,
  { id, digest }: Pick<Patch, 'id' | 'digest'>,
): Promise<Uint8Array> {
  const key = { namespace: 'texts of patches', name: digest };
  const text = await needs.cache.getOrLoad(key, KEPT_MS, () => needs.ledger.body(id));
  return sha256(text) === digest ? text : needs.ledger.body(id);
}
