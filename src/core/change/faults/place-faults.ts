import type { Path } from '../../git.ts';
import { legible, quoted } from '../bytes.ts';
import type { Edit, Hunk, Rung } from '../change.ts';
import type { Fault } from '../fault.ts';
import { faultOf, placeName } from '../fault-of.ts';
import { sideLines } from '../hunk-sides.ts';
import type { Site, Unclear } from '../place/site.ts';
import { oldLinesStand, type Wording } from './wording.ts';

/** Which hunk of which file a fault is about. `number` counts from 1. */
export interface Patient {
  readonly path: Path;
  readonly number: number;
  readonly hunk: Hunk;
  /** The words of the form that the patch has. */
  readonly wording: Wording;
}

/** More places than this are not listed. */
const MAX_CANDIDATES = 50;
const MAX_EXPECTED = 200;

/** The part that every fault about the place of a hunk has. Candidates are indexes of lines. */
function located({ path, number, hunk, wording }: Patient, candidates: readonly number[] = []) {
  return {
    name: `${legible(path)}, ${wording.unit} ${number} (patch line ${hunk.span.firstLine})`,
    more: {
      path,
      hunk: number,
      patchLine: hunk.span.firstLine,
      expected: sideLines(hunk, 'old')
        .slice(0, MAX_EXPECTED)
        .map(({ text }) => legible(text)),
      candidates: candidates.slice(0, MAX_CANDIDATES).map((line) => line + 1),
    },
  };
}

/** A hunk that fits in several places, or in one while its header names another. */
export function ambiguousFault(patient: Patient, candidates: readonly number[]): Fault {
  const { name, more } = located(patient, candidates);
  const { wording } = patient;
  const what =
    more.expected.length > 0 ? oldLinesStand(wording, more.expected.length) : 'its added lines could stand';
  return faultOf(
    'hunk_ambiguous',
    {
      message: `${name}: ${what} ${placesOf(candidates, more.candidates)}; expected one.`,
      hint: wording.moreContext,
    },
    more,
  );
}

/** A hunk with one place, while other lines of the file are as near to its text. */
export function contestedFault(
  patient: Patient,
  rung: Rung,
  { start, others }: { readonly start: number; readonly others: readonly number[] },
): Fault {
  const beside = others.map((line) => Math.max(0, line)).sort((a, b) => a - b);
  const { name, more } = located(patient, [start, ...beside]);
  const { wording } = patient;
  const what = oldLinesStand(wording, more.expected.length);
  const rest = more.candidates.slice(1).join(', ');
  const cutShort = `${name}: ${what} at line ${start + 1}, and from line ${rest} on at the end of the file too, which has fewer blank lines than they end in; expected one place.`;
  const loose = `${name}: ${what} at line ${start + 1} only with ${FORGIVES[rung]} forgiven (rung ${rung}), and lines of the file from ${rest} on are at least as like them; expected one place.`;
  const message = rung === 'exact' || rung === 'line-ends' ? cutShort : loose;
  return faultOf('hunk_ambiguous', { message, hint: wording.moreContext }, more);
}

/** A hunk whose new lines stand where it says, and whose old lines stand elsewhere too. */
export function appliedFault(
  patient: Patient,
  { start, others }: { readonly start: number; readonly others: readonly number[] },
): Fault {
  const { name, more } = located(patient, [...others, start]);
  const { fresh, old, unit } = patient.wording;
  const message = `${name}: ${fresh} already stand at line ${more.candidates[0]}, so it may have been applied before; ${old[1]} stand at line ${start + 1} as well.`;
  const hint = `Leave this ${unit} out if the change is there; otherwise show more lines above and below it.`;
  return faultOf('hunk_already_applied', { message, hint }, more);
}

/** A hunk whose old lines stand outside the block that its anchors open. */
export function outsideFault(patient: Patient, candidates: readonly number[]): Fault {
  const { name, more } = located(patient, candidates);
  const anchor = quoted(patient.hunk.anchors.at(-1) ?? '');
  const where = more.expected.length > 0 ? 'its old lines stand' : 'its lines would go';
  const message = `${name}: ${where} at line ${more.candidates.join(', ')}, which is outside the block that its @@ line ${anchor} opens.`;
  const hint =
    'Name the block that the lines stand in behind @@, or leave the name out and give more context lines.';
  return faultOf('hunk_not_found', { message, hint }, more);
}

function placesOf(all: readonly number[], listed: readonly number[]): string {
  // Places that begin alike end on different lines.
  if (all.length === 1) return `in several places, all from line ${listed[0]} on`;
  const rest = all.length > MAX_CANDIDATES ? ' and more' : '';
  return `in ${all.length} places, from lines ${listed.join(', ')}${rest}`;
}

/** A hunk with nothing that would tell its place, or the line ends of what it adds. */
export function unanchoredFault(patient: Patient): Fault {
  const { name, more } = located(patient);
  const says =
    more.expected.length > 0
      ? {
          message: `${name}: the patch text has CRLF line ends and the file has no line end at all, so those of the new lines are unknown.`,
          hint: 'Send the patch with the line ends that git gave it.',
        }
      : {
          message: `${name}: it only adds lines, has no context, and nothing tells reliably where they go.`,
          hint: patient.wording.anchorAddition,
        };
  return faultOf('hunk_ambiguous', says, more);
}

export function anchorFault(patient: Patient, anchor: string): Fault {
  const { name, more } = located(patient);
  return faultOf(
    'hunk_not_found',
    {
      message: `${name}: its @@ line names ${quoted(anchor)}, and no line of the file says so below what it names before.`,
      hint: 'Copy a whole line from above the place, or leave the name behind @@ out and give more context lines.',
    },
    more,
  );
}

export function orderFault(patient: Patient, candidates: readonly number[]): Fault {
  const { name, more } = located(patient, candidates);
  const { old, unit, reorder } = patient.wording;
  return faultOf(
    'hunks_out_of_order',
    {
      message: `${name}: ${old[1]} stand at lines ${more.candidates.join(', ')}, which is before the end of the ${unit} above it, or inside.`,
      hint: reorder,
    },
    more,
  );
}

const UNCLEAR: Readonly<Record<Unclear, { readonly why: string; readonly hint: string }>> = {
  indent: {
    why: 'the patch is indented otherwise than the file, and its added lines cannot be moved in the same way',
    hint: 'Indent all its lines as they are indented in the file.',
  },
  typography: {
    why: 'quotes or dashes of its old lines are not those of the file, so those of its added lines may not be either',
    hint: 'Write quotes, dashes and spaces exactly as the file has them, in old and in added lines.',
  },
  elision: {
    why: 'an added line is a mere "..." or hangs on nothing but one',
    hint: 'Write out what the added lines are, with a line of the file before or after them.',
  },
  applied: {
    why: 'the lines that it adds stand beside them already, so it may have been applied before',
    hint: 'Leave this hunk out if the change is there; otherwise show the lines above and below the added ones.',
  },
  doubled: {
    why: 'another one before it adds the same lines at the same place',
    hint: 'Send one of the two; or join them, if the lines are to stand there twice.',
  },
  edge: {
    why: 'it begins or ends with added lines, and its @@ line counts other lines than it has, so one may be missing beside them',
    hint: 'Show the line above and the line below the added ones as context, or make the counts right.',
  },
  gap: {
    why: 'the file has a line beside the changed ones that it does not show',
    hint: 'Show the lines around each change as they stand in the file.',
  },
};

/** A hunk with one place, and added lines of which the patch does not tell what they are there. */
export function unclearFault(patient: Patient, site: Site): Fault {
  const { name, more } = located(patient, [site.start]);
  const { why, hint } = UNCLEAR[site.unclear ?? 'gap'];
  const message = `${name}: ${patient.wording.old[1]} stand at line ${site.start + 1}, but ${why}.`;
  const code = site.unclear === 'applied' ? 'hunk_already_applied' : 'hunk_ambiguous';
  return faultOf(code, { message, hint }, more);
}

const FORGIVES: Readonly<Record<Rung, string>> = {
  exact: 'nothing',
  'line-ends': 'other line ends',
  'trailing-space': 'other blanks at the end of lines',
  indent: 'another indentation',
  typography: 'other quotes, dashes or spaces',
  elision: '"..." for lines left out',
  gap: 'one or two context lines left out',
};

/**
 * A hunk that a rung beyond the allowed ones would place. `missed` is what it is told without that rung. It is found, and
 * policy forbids the place: a merge would only lead around that.
 */
export function cappedFault(
  patient: Patient,
  cap: { readonly rung: Rung; readonly loosest: Rung; readonly missed: Fault },
): Fault {
  const { name } = located(patient);
  const { rung, loosest, missed } = cap;
  return {
    ...missed,
    code: 'rung_capped',
    message: `${name}: ${patient.wording.old[1]} stand in the file only if ${FORGIVES[rung]} are forgiven (rung ${rung}); the server policy allows rungs up to ${loosest}.`,
  };
}

/** An edit without hunks that only a rung beyond the allowed ones would apply. */
export function cappedEditFault(edit: Edit, rung: Rung, loosest: Rung): Fault {
  return faultOf(
    'rung_capped',
    {
      message: `${placeName(edit.path, edit.span)} fits only if ${FORGIVES[rung]} are forgiven (rung ${rung}); the server policy allows rungs up to ${loosest}.`,
      hint: 'Make the patch again from the current file, with its line ends.',
    },
    { path: edit.path, patchLine: edit.span.firstLine },
  );
}
