import { eventIn } from '../../core/ledger/fold.ts';
import type { PatchId } from '../../core/patch/id.ts';
import type { Attested } from '../../core/patch/patch.ts';
import type { Needs } from '../needs.ts';
import { headOf } from '../read-chain.ts';

export interface AttestedPatch extends Attested {
  readonly patch: PatchId;
}

const PAGE = 500;

/**
 * Patches of a workspace from this leaf on, at most `limit` of them, in the order of their leaves. The chain is read backwards:
 * whoever asks lacks the newest, as a rule.
 */
export async function attestedFrom(
  needs: Pick<Needs, 'chains'>,
  { workspace, leaf, limit }: { readonly workspace: string; readonly leaf: number; readonly limit: number },
): Promise<readonly AttestedPatch[]> {
  let to = (await headOf(needs, workspace)).n;
  let found: readonly AttestedPatch[] = [];
  while (to > 0 && found[0]?.leaf !== leaf) {
    const from = Math.max(0, to - PAGE);
    const page = await needs.chains.entries(workspace, from, to - from);
    const attested = page.flatMap((entry): readonly AttestedPatch[] => {
      const event = entry.type === 'patch.attested' ? eventIn(entry) : null;
      if (event?.type !== 'attested' || event.leaf < leaf) return [];
      return [{ patch: entry.subject as PatchId, bundle: event.bundle, leaf: event.leaf }];
    });
    found = [...attested, ...found].slice(0, limit);
    to = from;
  }
  return found;
}
