import { fail } from '../core/errors.ts';
import { isPatchId } from '../core/patch/id.ts';
import type { Patch } from '../core/patch/patch.ts';
import type { Needs } from './needs.ts';

/** @throws GhostError patch_unknown, for text that is no patch id as well */
export async function findPatch(needs: Pick<Needs, 'ledger'>, id: string): Promise<Patch> {
  const found = isPatchId(id) ? await needs.ledger.find(id) : null;
  if (found === null) throw fail('patch_unknown', { id });
  return found;
}
