import type { Path } from '../../git.ts';
import type { ElidedLine } from '../apply/elided-text.ts';
import { quoted } from '../bytes.ts';
import type { Fault } from '../fault.ts';
import { faultOf, placeName } from '../fault-of.ts';

/** More lines than this are not listed. */
const MAX_LINES = 20;

/** New lines of one file that stand for others. */
export function elidedFault(path: Path, lines: readonly ElidedLine[]): Fault {
  const [first] = lines;
  if (first === undefined) throw new TypeError('a fault of elided text has a line');
  const more = lines.length > 1 ? `; so do ${lines.length - 1} more` : '';
  return faultOf(
    'text_elided',
    {
      message: `${placeName(path, first.span)}: line ${first.line} would be ${quoted(first.text.trim(), 60)}, which stands for lines that are left out, and the file would have it in their place${more}.`,
      hint: 'Write the lines out that it stands for; or leave them and it out of the patch, so that they stay as they are.',
    },
    {
      path,
      patchLine: first.span.firstLine,
      candidates: lines.slice(0, MAX_LINES).map(({ line }) => line),
    },
  );
}
