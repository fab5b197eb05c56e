import type { FileMode, Path } from '../../git.ts';
import type { Rung } from '../change.ts';
import type { Fault } from '../fault.ts';

/** A file while a patch is at work on it. */
export interface WorkFile {
  readonly mode: FileMode;
  readonly bytes: Uint8Array;
}

/** What an edit does to one path, on top of what the edits before it did. */
export type Effect =
  /** A file stands where none of the tree does, or where one leaves. `from` is what it was made of. */
  | { readonly kind: 'put'; readonly path: Path; readonly file: WorkFile; readonly from: Path | null }
  | { readonly kind: 'changed'; readonly path: Path; readonly file: WorkFile }
  | { readonly kind: 'taken'; readonly path: Path };

export type EditOutcome =
  | {
      readonly kind: 'done';
      readonly effects: readonly Effect[];
      /** How lines were fitted in; null where there were none to fit. */
      readonly rung: Rung | null;
      readonly notes: readonly string[];
    }
  | { readonly kind: 'faulty'; readonly faults: readonly Fault[] };

export function done(
  effects: readonly Effect[],
  more: { readonly rung?: Rung | null; readonly notes?: readonly string[] } = {},
): EditOutcome {
  return { kind: 'done', effects, rung: more.rung ?? null, notes: more.notes ?? [] };
}

export function faulty(...faults: readonly Fault[]): EditOutcome {
  return { kind: 'faulty', faults };
}
