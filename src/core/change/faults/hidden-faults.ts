import type { Path } from '../../git.ts';
import type { HiddenLine } from '../apply/hidden-text.ts';
import { legible, quoted } from '../bytes.ts';
import type { Edit, Span } from '../change.ts';
import type { Fault } from '../fault.ts';
import { faultOf, placeName } from '../fault-of.ts';

/** More lines than this are not listed. */
const MAX_LINES = 20;

/** New lines of one file that read in another order than they run. `edits` are the patch's, to tell where it says so. */
export function turnedFault(path: Path, lines: readonly HiddenLine[], edits: readonly Edit[]): Fault {
  const [first] = lines;
  if (first === undefined) throw new TypeError('a fault of hidden text has a line');
  const span = spanOf(first, path, edits);
  const name = span === null ? legible(path) : placeName(path, span);
  const more = lines.length > 1 ? `; so do ${lines.length - 1} more` : '';
  return faultOf(
    'text_hidden',
    {
      message: `${name}: line ${first.line} would get ${first.points.join(', ')}, which turns the direction of text so that people read another line than machines: ${quoted(first.text)}${more}.`,
      hint: 'Leave such characters out; where a program needs one, write it as an escape of its language.',
    },
    {
      path,
      patchLine: span?.firstLine ?? null,
      candidates: lines.slice(0, MAX_LINES).map(({ line }) => line),
    },
  );
}

/** What is worth knowing of new lines with characters that do not show. */
export function unseenNotes(path: Path, lines: readonly HiddenLine[]): string[] {
  const notes = lines
    .slice(0, MAX_LINES)
    .map(({ line, points }) => `${legible(path)}: line ${line} gets the invisible ${points.join(', ')}`);
  const rest = lines.length - notes.length;
  return rest > 0 ? [...notes, `${legible(path)}: ${rest} more lines get invisible characters`] : notes;
}

/** The hunk that adds the line, else the first edit of its file. */
function spanOf({ text }: HiddenLine, path: Path, edits: readonly Edit[]): Span | null {
  const own = edits.filter((edit) => edit.path === path);
  const hunks = own.flatMap((edit) => ('hunks' in edit ? edit.hunks : []));
  const hunk = hunks.find(({ lines }) => lines.some((line) => line.kind === 'added' && line.text === text));
  return (hunk ?? own[0])?.span ?? null;
}
