import type { Path } from '../../git.ts';
import { legible } from '../bytes.ts';
import type { Hunk, Rung } from '../change.ts';
import type { Fault } from '../fault.ts';
import { faultOf } from '../fault-of.ts';
import { type Clinic, missingHunk } from '../faults/diagnose.ts';
import { fileLines } from '../file-lines.ts';
import { type Ambiguous, place } from '../place/place.ts';
import { splice } from '../place/splice.ts';
import type { Work } from '../work.ts';

export type Fit =
  | { readonly kind: 'fits'; readonly text: string; readonly rung: Rung }
  | { readonly kind: 'faulty'; readonly faults: readonly Fault[] };

/** Puts all hunks of one file into its text (latin1), or says of each that does not fit why. */
export function fitHunks(
  file: { readonly path: Path; readonly text: string; readonly hunks: readonly Hunk[] },
  work: Work,
  room: Clinic,
): Fit {
  const { hunks } = file;
  const lines = fileLines(file.text);
  const placed = place(hunks, lines, work);
  switch (placed.kind) {
    case 'placed':
      return { kind: 'fits', text: splice(lines, { ...placed, hunks }), rung: placed.rung };
    case 'not-found':
      return faulty(placed.hunks.map((at) => missingHunk(patient(file, at), file.text, room)));
    case 'ambiguous':
      return faulty(placed.hunks.map((one) => ambiguousFault(file, one)));
    case 'unanchored':
      return faulty(placed.hunks.map((at) => unanchoredFault(file, at)));
    case 'out-of-order':
      return faulty([orderFault(file, placed.hunk, placed.candidates)]);
    case 'too-much-work':
      return faulty([workFault(file.path)]);
  }
}

type Hunked = { readonly path: Path; readonly hunks: readonly Hunk[] };

function faulty(faults: readonly Fault[]): Fit {
  return { kind: 'faulty', faults };
}

function patient(file: Hunked, at: number): { path: Path; number: number; hunk: Hunk } {
  const hunk = file.hunks[at];
  if (hunk === undefined) throw new TypeError(`there is no hunk ${at}`);
  return { path: file.path, number: at + 1, hunk };
}

/** More places than this are not listed. */
const MAX_CANDIDATES = 50;

function located(file: Hunked, at: number, candidates: readonly number[] = []) {
  const { path, number, hunk } = patient(file, at);
  const lines = hunk.lines.filter(({ kind }) => kind !== 'added');
  return {
    name: `${legible(path)}, hunk ${number} (patch line ${hunk.span.firstLine})`,
    more: {
      path,
      hunk: number,
      patchLine: hunk.span.firstLine,
      expected: lines.slice(0, 200).map(({ text }) => legible(text)),
      candidates: candidates.slice(0, MAX_CANDIDATES).map((line) => line + 1),
    },
  };
}

function ambiguousFault(file: Hunked, one: Ambiguous): Fault {
  const { name, more } = located(file, one.hunk, one.candidates);
  const rest = one.candidates.length > MAX_CANDIDATES ? ' and more' : '';
  return faultOf(
    'hunk_ambiguous',
    {
      message: `${name}: its old lines stand in ${one.candidates.length} places, from lines ${more.candidates.join(', ')}${rest}; expected one.`,
      hint: 'Add context lines until they stand only once, or give the right line number and counts in the @@ line of every hunk of this file.',
    },
    more,
  );
}

function unanchoredFault(file: Hunked, at: number): Fault {
  const { name, more } = located(file, at);
  const says =
    more.expected.length > 0
      ? {
          message: `${name}: the patch text has CRLF line ends and the file has no line end at all, so those of the new lines are unknown.`,
          hint: 'Send the patch with the line ends that git gave it.',
        }
      : {
          message: `${name}: it only adds lines, has no context, and its @@ line does not tell reliably where.`,
          hint: 'Add the line before or after as context, with a space in front.',
        };
  return faultOf('hunk_ambiguous', says, more);
}

function orderFault(file: Hunked, at: number, candidates: readonly number[]): Fault {
  const { name, more } = located(file, at, candidates);
  return faultOf(
    'hunks_out_of_order',
    {
      message: `${name}: its old lines stand at lines ${more.candidates.join(', ')}, which is before the end of the hunk above it, or inside.`,
      hint: 'Put the hunks into the order of the file and join those that overlap.',
    },
    more,
  );
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
