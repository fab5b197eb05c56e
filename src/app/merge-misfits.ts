import { bytesOf, legible } from '../core/change/bytes.ts';
import type { Change, Edit, Snapshot } from '../core/change/change.ts';
import type { Fault } from '../core/change/fault.ts';
import { conflictFaults } from '../core/change/merge/conflict-faults.ts';
import { type MergedFile, withMerged } from '../core/change/merge/merged-change.ts';
import { isAbout, type Misfit, misfitsOf, patchPreimage } from '../core/change/merge/misfit.ts';
import type { CommitId, Path } from '../core/git.ts';
import type { Remedy } from '../ports/repository.ts';

/** A change in which every file that could be merged is. */
export interface MergedChange {
  readonly change: Change;
  /** The files whose bytes come from a merge. */
  readonly merged: ReadonlySet<Path>;
  /** The same faults with those of a merge that was tried in place of those of the hunks, or with why it was not. */
  readonly tell: (faults: readonly Fault[]) => readonly Fault[];
}

type Outcome =
  | { readonly kind: 'merged'; readonly file: MergedFile }
  | { readonly kind: 'conflict'; readonly edit: Edit; readonly faults: readonly Fault[] }
  | { readonly kind: 'impossible'; readonly edit: Edit; readonly why: string };

/**
 * Merges, for each edit whose hunks fit nowhere, what they make of the version that they were made from into the file as
 * it is now. Only a clean merge counts; nothing is ever written between conflict markers.
 */
export async function mergeMisfits(
  remedy: Remedy,
  tried: {
    readonly change: Change;
    readonly snapshot: Snapshot;
    readonly faults: readonly Fault[];
    readonly tip: CommitId;
  },
): Promise<MergedChange> {
  const misfits = misfitsOf(tried.change, tried.snapshot, tried.faults);
  const outcomes: Outcome[] = [];
  for (const misfit of misfits) outcomes.push(await merge(remedy, misfit, tried.tip));
  const files = outcomes.flatMap((one) => (one.kind === 'merged' ? [one.file] : []));
  return {
    change: withMerged(tried.change, files),
    merged: new Set(files.map(({ misfit }) => misfit.edit.path)),
    tell: (faults) => outcomes.reduce(told, faults),
  };
}

async function merge(remedy: Remedy, misfit: Misfit, tip: CommitId): Promise<Outcome> {
  const { edit, own, path } = misfit;
  const impossible = (why: string): Outcome => ({ kind: 'impossible', edit, why });
  if (edit.preimage === null) return impossible('the patch does not say which blob its hunks were made from');
  const preimage = await remedy.version(edit.preimage, { path, tip });
  if (preimage === null)
    return impossible(`no blob ${edit.preimage}, or more than one, ever was this file on the branch`);
  const patched = patchPreimage(misfit, preimage);
  if (patched.kind === 'misfit')
    return impossible(`the hunks do not fit blob ${edit.preimage} either, which ${legible(path)} is to be`);
  const merged = await remedy.merge({ base: preimage, own, other: bytesOf(patched.text) });
  switch (merged.kind) {
    case 'clean':
      return { kind: 'merged', file: { misfit, bytes: merged.bytes } };
    case 'conflict': {
      const { starts } = patched;
      const faults = conflictFaults({ misfit, preimage, starts, changed: merged.changed });
      return { kind: 'conflict', edit, faults };
    }
    case 'binary':
      return impossible('git takes the file for binary');
  }
}

function told(faults: readonly Fault[], outcome: Outcome): readonly Fault[] {
  switch (outcome.kind) {
    case 'merged':
      return faults;
    case 'conflict': {
      const first = faults.findIndex((fault) => isAbout(fault, outcome.edit));
      const others = faults.filter((fault) => !isAbout(fault, outcome.edit));
      const at = first < 0 ? others.length : first;
      return [...others.slice(0, at), ...outcome.faults, ...others.slice(at)];
    }
    case 'impossible':
      return faults.map((fault) =>
        isAbout(fault, outcome.edit)
          ? { ...fault, message: `${fault.message} It was not merged: ${outcome.why}.` }
          : fault,
      );
  }
}
