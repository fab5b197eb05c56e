import { legible, quoted } from '../bytes.ts';
import type { Edit } from '../change.ts';
import type { Fault } from '../fault.ts';
import { faultOf, placeName } from '../fault-of.ts';
import { fileLines, withoutEol } from '../file-lines.ts';
import type { Once } from '../place/find-once.ts';
import { looksLikeRegex } from '../place/replace-text.ts';
import { textOccurrences } from '../place/text-occurrences.ts';
import { closestWindow } from './closest.ts';
import { type Clinic, familiarWith, foundElsewhere, isTold } from './diagnose.ts';
import { composed, plain } from './near-miss.ts';

/** A deletion that shows other content than the file has. */
export function contentFault(edit: Edit, got: string, shown: string): Fault {
  const [have, want] = [fileLines(got), fileLines(shown)];
  const at = have.findIndex((line, index) => line !== want[index]);
  const line = at < 0 ? have.length : at;
  const side = (lines: readonly string[]) => (lines[line] === undefined ? 'the end' : quoted(lines[line]));
  return faultOf(
    'content_differs',
    {
      message: `${placeName(edit.path, edit.span)} cannot be deleted: from line ${line + 1} on it is not what the patch shows; got ${side(have)}, expected ${side(want)}.`,
      hint: 'Make the diff again from the current file; every line of it has to be shown as removed.',
    },
    {
      path: edit.path,
      patchLine: edit.span.firstLine,
      expected: want.slice(line, line + 5).map((one) => legible(withoutEol(one))),
      closest: {
        firstLine: line + 1,
        lines: have.slice(line, line + 5).map((one) => legible(withoutEol(one))),
        diff: [],
      },
    },
  );
}

/** Literal text that an edit looks for, and what it would put there. */
export interface Sought {
  readonly edit: Edit;
  /** As the format calls it. */
  readonly what: 'pattern' | 'anchor';
  readonly text: string;
  readonly fresh: string;
}

/** What stands nowhere, or in several places. */
type Unfound = Exclude<Once, { kind: 'once' }>;

/** A pattern or an anchor that does not stand exactly once. */
export function patternFault(
  sought: Sought,
  found: { readonly text: string; readonly outcome: Unfound },
  room: Clinic,
): Fault {
  const { edit, what } = sought;
  if (isTold(room)) return briefFault(sought, found.outcome);
  const expected = fileLines(sought.text).map(withoutEol);
  const base = {
    path: edit.path,
    patchLine: edit.span.firstLine,
    expected: expected.slice(0, 200).map(legible),
  };
  if (found.outcome.kind === 'not-found') return missingPattern(sought, { ...found, expected, base }, room);
  const candidates = linesAt(found.text, found.outcome.positions);
  return faultOf(
    'pattern_ambiguous',
    {
      message: `${placeName(edit.path, edit.span)}: the ${what} stands in ${candidates.length} places, on lines ${candidates.join(', ')}; expected one.`,
      hint:
        what === 'pattern'
          ? 'Take more of the surrounding text into pattern and replacement, until it stands only once.'
          : 'Take more of the surrounding text into the anchor, until it stands only once.',
    },
    { ...base, candidates },
  );
}

/** What is said of all but the first ones. */
function briefFault({ edit, what }: Sought, outcome: Unfound): Fault {
  const [code, does] =
    outcome.kind === 'not-found'
      ? (['pattern_not_found', 'does not stand in the file'] as const)
      : (['pattern_ambiguous', 'stands in several places; expected one'] as const);
  return faultOf(
    code,
    {
      message: `${placeName(edit.path, edit.span)}: the ${what} ${does}.`,
      hint: `Read the file again and take the ${what} from its current text.`,
    },
    { path: edit.path, patchLine: edit.span.firstLine },
  );
}

function missingPattern(
  { edit, what, text, fresh }: Sought,
  found: { readonly text: string; readonly expected: readonly string[]; readonly base: Partial<Fault> },
  room: Clinic,
): Fault {
  const name = placeName(edit.path, edit.span);
  const [applied] = fresh.length < 8 ? [] : textOccurrences(found.text, fresh, { limit: 1, work: room.work });
  if (applied !== undefined) {
    const [line = 1] = linesAt(found.text, [applied]);
    const message = `${name}: the new text already stands on line ${line}, and the ${what} nowhere.`;
    const hint = 'Nothing is left to do if that is the place.';
    return faultOf('hunk_already_applied', { message, hint }, { ...found.base, candidates: [line] });
  }
  const closest = closestWindow(found.expected, familiarWith(edit.path, found.text, room));
  const foundIn = foundElsewhere(found.expected, edit.path, room);
  const near = closest === null ? '' : `; line ${closest.firstLine} is closest`;
  return faultOf(
    'pattern_not_found',
    {
      message: `${name}: the ${what} ${quoted(text)} does not stand in the file${near}.`,
      hint:
        foundIn === null
          ? patternHint({ what, text }, found.text, room)
          : `It stands in ${legible(foundIn)}: name that file.`,
    },
    { ...found.base, closest, foundIn },
  );
}

function patternHint({ what, text }: Pick<Sought, 'what' | 'text'>, file: string, room: Clinic): string {
  const stands = (form: (one: string) => string) =>
    textOccurrences(form(file), form(text), { limit: 1, work: room.work }).length > 0;
  const isAscii = !/[\x80-\xff]/.test(text) && !/[\x80-\xff]/.test(file);
  if (!isAscii && stands(composed)) {
    return `It stands there with accents in another form (Unicode normalisation): one character for a letter and its mark, or the reverse. Copy the ${what} from the current file.`;
  }
  if (!isAscii && stands(plain)) {
    return `It stands there with other quotes, dashes or blanks (typography). Copy the ${what} from the current file.`;
  }
  if (looksLikeRegex(text)) {
    return `The ${what} looks like a regular expression; those are not run. Give the literal text that stands in the file, or send a unified diff.`;
  }
  if (text.includes('...') || text.includes('\xe2\x80\xa6')) {
    return `An ellipsis stands for itself here. Give the whole text of the ${what}.`;
  }
  return `Copy the ${what} from the current file, white space included.`;
}

/** The lines, from 1, on which these positions (ascending) are. */
function linesAt(text: string, positions: readonly number[]): number[] {
  let line = 1;
  let at = text.indexOf('\n');
  return positions.map((position) => {
    for (; at >= 0 && at < position; at = text.indexOf('\n', at + 1)) line++;
    return line;
  });
}
