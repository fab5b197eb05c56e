import type { Entry } from '../../../src/core/ledger/entry.ts';
import { foldPatch } from '../../../src/core/ledger/fold.ts';
import type { PatchId } from '../../../src/core/patch/id.ts';
import type { Patch } from '../../../src/core/patch/patch.ts';
import { advance, type PatchEvent } from '../../../src/core/patch/transition.ts';

/** One entry of a patch, with the patch before and after it. */
export interface Told {
  readonly entry: Entry;
  readonly event: PatchEvent;
  readonly before: Patch;
  readonly after: Patch;
}

/** A chain read from its first entry to its last, as one story of all patches of the line. */
export interface Telling {
  /** Every entry, in order; with what it did where it moved a patch. */
  readonly lines: readonly { readonly entry: Entry; readonly told: Told | null }[];
  /** Each patch as its entries left it. */
  readonly patches: ReadonlyMap<PatchId, Patch>;
  /** Entries that do not follow from the ones before them, one sentence each. */
  readonly breaks: readonly string[];
}

export function tell(entries: readonly Entry[]): Telling {
  const patches = new Map<PatchId, Patch>();
  const breaks: string[] = [];
  const lines = entries.map((entry) => {
    if (!entry.type.startsWith('patch.')) return { entry, told: null };
    try {
      return { entry, told: follow(patches, entry) };
    } catch (error) {
      breaks.push(
        `entry ${entry.n}, ${entry.type} of ${entry.subject}: ${error instanceof Error ? error.message : error}`,
      );
      return { entry, told: null };
    }
  });
  return { lines, patches, breaks };
}

function follow(patches: Map<PatchId, Patch>, entry: Entry): Told | null {
  const id = entry.subject as PatchId;
  const before = patches.get(id);
  if (entry.type === 'patch.accepted') {
    if (before !== undefined) throw new TypeError(`${id} was accepted before`);
    const folded = foldPatch([entry]);
    if (folded.kind === 'broken') throw new TypeError(folded.problem);
    patches.set(id, folded.patch);
    return null;
  }
  if (before === undefined) throw new TypeError(`${id} was not accepted before`);
  const event = { ...(entry.data as object), type: entry.type.slice('patch.'.length) } as PatchEvent;
  const after = advance(before, event, entry.at);
  patches.set(id, after);
  return { entry, event, before, after };
}
