import type { Path } from '../../git.ts';
import { legible } from '../bytes.ts';
import type { Hunk, Modification, Rung } from '../change.ts';
import type { Fault } from '../fault.ts';
import { faultOf } from '../fault-of.ts';
import { type Clinic, missingAnchor, missingHunk } from '../faults/diagnose.ts';
import {
  ambiguousFault,
  appliedFault,
  cappedFault,
  contestedFault,
  orderFault,
  outsideFault,
  type Patient,
  unanchoredFault,
  unclearFault,
} from '../faults/place-faults.ts';
import { strayAnchor } from '../place/anchors.ts';
import { appliedInBlock } from '../place/doubts.ts';
import { type Searchable, searchable } from '../place/line-keys.ts';
import { type Placed, place } from '../place/place.ts';
import { splicedLines } from '../place/splice.ts';
import type { Work } from '../work.ts';
import { withNumbersSettled } from './line-numbers.ts';

/** The hunks of one file, and what stands in it. */
export interface HunkedFile {
  readonly path: Path;
  /** Latin1, whole and line by line. */
  readonly content: { readonly text: string; readonly lines: readonly string[] };
  readonly hunks: readonly Hunk[];
  readonly order: Modification['order'];
  /** The last rung of the ladder that may be tried. */
  readonly loosest: Rung;
  readonly base: Searchable['base'];
}

export type Fit =
  | {
      readonly kind: 'fits';
      readonly lines: readonly string[];
      readonly rung: Rung;
      readonly notes: readonly string[];
    }
  | { readonly kind: 'faulty'; readonly faults: readonly Fault[] };

/** Puts all hunks of one file into its text, or says of each that does not fit why. */
export function fitHunks(given: HunkedFile, work: Work, room: Clinic): Fit {
  const { order, loosest, base, content } = given;
  const { lines } = content;
  const hunks = withNumbersSettled(given.hunks, lines);
  const file = { ...given, hunks };
  const placed = place(hunks, lines, { work, order, loosest, base });
  if (placed.kind !== 'placed') {
    const faults = faultsOf(file, { placed, lines, room });
    // Without a fault the edit would be left out and the rest of the patch applied.
    if (faults.length === 0) throw new TypeError('hunks that have no place have a fault');
    return { kind: 'faulty', faults };
  }
  const turned = `the hunks of ${legible(file.path)} stand in another order than the patch has them`;
  const notes = placed.order === 'turned' ? [turned] : [];
  return { kind: 'fits', lines: splicedLines(lines, hunks, placed.sites), rung: placed.rung, notes };
}

function faultsOf(
  file: HunkedFile,
  outcome: {
    readonly placed: Exclude<Placed, { kind: 'placed' }>;
    readonly lines: readonly string[];
    readonly room: Clinic;
  },
): Fault[] {
  const { placed, lines, room } = outcome;
  const seen = searchable(lines, room.work);
  const of = (at: number): Patient => patientOf(file, at, room);
  const missing = (at: number): Fault => {
    const patient = of(at);
    const stray = strayAnchor(patient.hunk.anchors, seen);
    return stray === null
      ? missingHunk(patient, file.content.text, room)
      : missingAnchor(patient, stray, { file: file.content.text, room });
  };
  switch (placed.kind) {
    case 'not-found':
      return placed.hunks.map(missing);
    case 'ambiguous':
      return placed.hunks.map(({ hunk, candidates }) => ambiguousFault(of(hunk), candidates));
    case 'contested':
      return placed.hunks.map((one) => contestedFault(of(one.hunk), placed.rung, one));
    case 'applied':
      return placed.hunks.map((one) => appliedFault(of(one.hunk), one));
    case 'outside':
      return placed.hunks.map(({ hunk, candidates }) => {
        const block = appliedInBlock(of(hunk).hunk, seen, room.work);
        return block === null
          ? outsideFault(of(hunk), candidates)
          : appliedFault(of(hunk), { start: candidates[0] ?? 0, others: [block] });
      });
    case 'unclear':
      return placed.sites.flatMap((site, at) => {
        if (site.unclear === null) return [];
        return site.unclear === 'gap' ? [missing(at)] : [unclearFault(of(at), site)];
      });
    case 'unanchored':
      return placed.hunks.map((at) => unanchoredFault(of(at)));
    case 'out-of-order':
      return [orderFault(of(placed.hunk), placed.candidates)];
    case 'capped':
      return placed.hunks.map((at) =>
        cappedFault(of(at), { rung: placed.rung, loosest: file.loosest, missed: missing(at) }),
      );
    case 'too-much-work':
      return [workFault(file.path)];
  }
}

function patientOf(file: HunkedFile, at: number, { wording }: Clinic): Patient {
  const hunk = file.hunks[at];
  if (hunk === undefined) throw new TypeError(`there is no hunk ${at}`);
  return { path: file.path, number: at + 1, hunk, wording };
}

function workFault(path: Path): Fault {
  return faultOf(
    'too_large',
    {
      message: `${legible(path)}: searching the places of its hunks takes too much work, because its lines repeat too often.`,
      hint: 'Send fewer hunks at once, with more context.',
    },
    { path },
  );
}
