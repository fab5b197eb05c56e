import type { FileChange, Fit, Format, Rung, TextOrigin } from '../core/change/change.ts';
import type { Fault } from '../core/change/fault.ts';
import type { Outline } from '../core/change/outline.ts';
import type { Path, Tip } from '../core/git.ts';
import type { MergeRule } from '../core/patch/patch.ts';
import type { Remedy, Repository } from './repository.ts';

/**
 * Reads patches and fits them to a tip. What a large one takes never holds up the event loop of who asks. Both throw
 * GhostError machine_busy where the machine does not get to it.
 */
export interface ChangeEngine {
  /** Reads a text that may hold several patches into their outlines, or into every fault found. */
  read(text: PatchText): Promise<ReadText>;
  /** Applies a patch to a tip in memory: everything that will change, or everything that is wrong. Writes nothing. */
  fit(source: FitSource, base: Tip, patch: PatchToFit): Promise<Fitted>;
  /** Ends what is under way. Closing twice is fine. */
  close(): Promise<void>;
}

/** What an engine does, wherever it does it. */
export interface ChangeWork extends Pick<ChangeEngine, 'fit'> {
  read(text: PatchText): ReadText;
  /** Null where it would take more than a few milliseconds, or has faults that have to be looked into. */
  fitLittle(source: FitSource, base: Tip, patch: PatchToFit): Promise<Fitted | null>;
}

export interface PatchText {
  readonly body: Uint8Array;
  /** Null lets the content decide. */
  readonly format: Format | null;
  /** The workspace's registered folder; null where it has none. */
  readonly root: string | null;
}

export interface PatchToFit extends PatchText {
  readonly allowPaths: readonly string[];
  /** The last rung of the ladder that may be tried. */
  readonly loosest: Rung;
  readonly merge: MergeRule;
  readonly text: TextOrigin;
}

export type ReadText =
  | { readonly kind: 'series'; readonly patches: readonly OutlinedPatch[] }
  | { readonly kind: 'faulty'; readonly faults: readonly Fault[] };

/** One patch of a text, with the bytes that say the same when they are read alone. */
export interface OutlinedPatch {
  readonly body: Uint8Array;
  readonly outline: Outline;
}

/** Where a patch finds the files that it is about, and what may help where it does not fit. */
export interface FitSource {
  readonly repository: Pick<Repository, 'snapshot'>;
  readonly remedy: Remedy;
}

export type Fitted =
  | {
      readonly kind: 'fits';
      readonly outline: Outline;
      readonly files: readonly FileChange[];
      readonly fits: readonly { readonly path: Path; readonly fit: Fit }[];
      /** What was read or placed generously. */
      readonly notes: readonly string[];
    }
  /** `format`: what the text was read as; null where it could not be read. */
  | { readonly kind: 'faulty'; readonly format: Format | null; readonly faults: readonly Fault[] };
