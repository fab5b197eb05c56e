import { canonicalJson } from '../json.ts';
import type { Patch } from '../patch/patch.ts';
import { NO_TERMS } from '../patch/terms.ts';
import { advance, type PatchEvent } from '../patch/transition.ts';
import { acceptedPatch, type SubmissionFacts } from './acceptance.ts';
import type { Entry } from './entry.ts';

export type Folded =
  | { readonly kind: 'folded'; readonly patch: Patch }
  | { readonly kind: 'broken'; readonly problem: string };

/** The patch that its entries tell of: accepted by the first, moved by each of the others. In the order of the chain. */
export function foldPatch(entries: readonly Entry[]): Folded {
  const [first, ...steps] = entries;
  if (first?.type !== 'patch.accepted')
    return { kind: 'broken', problem: `begins with ${first?.type ?? 'nothing'} instead of patch.accepted` };
  let patch: Patch = acceptedIn(first);
  for (const entry of steps) {
    const folded = patchAfter(patch, entry);
    if (folded.kind === 'broken') return folded;
    patch = folded.patch;
  }
  return { kind: 'folded', patch };
}

/** The patch after one more of its entries; null stands for none before its first. */
export function patchAfter(before: Patch | null, entry: Entry): Folded {
  if (before === null) return foldPatch([entry]);
  try {
    return { kind: 'folded', patch: advance(before, eventIn(entry), entry.at) };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { kind: 'broken', problem: `cannot be followed at entry ${entry.n}: ${problem}` };
  }
}

/** What `acceptedEntry` writes down. */
type AcceptedFacts = Omit<SubmissionFacts, 'body' | Later> & Pick<Patch, 'seq' | 'size'>;

/** Members that entries of earlier versions do not have. A chain is never written anew, so they are read for ever. */
type Later = 'series' | 'merge' | 'terms';

/** The patch again. What was accepted before there were series, merges or terms came alone, was never to be merged, and asked for nothing more. */
function acceptedIn({ subject, chain, at, data }: Entry): Patch {
  const { seq, size, series, merge, terms, ...facts } = data as unknown as AcceptedFacts &
    Partial<Pick<Patch, Later>>;
  const id = subject as Patch['id'];
  const told = { ...facts, id, workspace: chain, acceptedAt: at, body: new Uint8Array(0) };
  return {
    ...acceptedPatch(
      { ...told, series: series ?? null, merge: merge ?? 'never', terms: terms ?? NO_TERMS },
      seq,
    ),
    size,
  };
}

/** What `stepEntry` wrote down. */
export function eventIn({ type, data }: Entry): PatchEvent {
  return { ...(data as object), type: type.replace(/^patch\./, '') } as PatchEvent;
}

/**
 * What differs between a patch as it is stored and as its chain tells it, one sentence each; a state that differs is
 * told member by member.
 */
export function differences(stored: Patch, told: Patch): readonly string[] {
  const { state: storedState, ...storedRest } = stored;
  const { state: toldState, ...toldRest } = told;
  return [
    ...membersThatDiffer(storedRest, toldRest),
    ...membersThatDiffer(storedState, toldState).map((difference) => `state.${difference}`),
  ];
}

const LONGEST_VALUE = 120;

function membersThatDiffer(stored: object, told: object): string[] {
  const [has, tells] = [new Map(Object.entries(stored)), new Map(Object.entries(told))];
  return [...new Set([...has.keys(), ...tells.keys()])]
    .filter((name) => canonicalJson(has.get(name)) !== canonicalJson(tells.get(name)))
    .map((name) => `${name} is ${brief(has.get(name))}, the chain tells ${brief(tells.get(name))}`);
}

function brief(value: unknown): string {
  if (value === undefined) return 'absent';
  const text = canonicalJson(value);
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}...`;
}
