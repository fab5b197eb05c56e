import type { Path } from '../../git.ts';
import { legible } from '../bytes.ts';
import type { Edit, FileChange, Format } from '../change.ts';
import type { Fault } from '../fault.ts';
import { placeName } from '../fault-of.ts';
import { elidedFault } from '../faults/elided-faults.ts';
import { turnedFault, unseenNotes } from '../faults/hidden-faults.ts';
import { kindOfText } from '../placeholder.ts';
import { type Bench, standingAt } from './bench.ts';
import { type Brought, broughtLines } from './brought-lines.ts';
import { elidedLines } from './elided-text.ts';
import { isBinary, newlyHidden } from './hidden-text.ts';
import { isAllCrlf } from './line-ends.ts';
import { newlyPrinted } from './typographic-text.ts';

/** What is refused in the content that a patch brings, and what is worth a note. What stood there before may stay. */
export function contentRules(
  files: readonly FileChange[],
  edits: readonly Edit[],
  bench: Bench,
): { readonly faults: readonly Fault[]; readonly notes: readonly string[] } {
  const faults: Fault[] = [];
  const notes: string[] = [];
  const byPath = Map.groupBy(edits, ({ path }) => path);
  for (const { path, before: there, after } of files) {
    if (after === null) continue;
    const own = byPath.get(path) ?? [];
    const before = bytesBefore({ path, there: there?.bytes ?? null }, bench);
    const { turned, unseen } = newlyHidden(before, after.bytes);
    if (turned.length > 0) faults.push(turnedFault(path, turned, own));
    notes.push(...unseenNotes(path, unseen));
    if (before !== null && !isBinary(before) && isBinary(after.bytes)) {
      notes.push(`${legible(path)}: gets a NUL byte, so that git takes it for a binary file from now on`);
    }
    if (isBinary(after.bytes) || after.mode === '120000') continue;
    const brought = broughtLines(own, after.bytes);
    const elided = elidedLines(path, brought, { before, after: after.bytes });
    if (elided.length > 0) faults.push(elidedFault(path, elided));
    notes.push(...textNotes(path, brought, { before, after: after.bytes, format: bench.format }));
  }
  return { faults, notes };
}

const DIFFS: ReadonlySet<Format> = new Set(['unified-diff', 'git-diff', 'mail']);

/** What may have happened to text on its way here, and may be meant as well. */
function textNotes(
  path: Path,
  brought: readonly Brought[],
  file: { readonly before: Uint8Array | null; readonly after: Uint8Array; readonly format: Format },
): string[] {
  const { before, after, format } = file;
  const notes: string[] = [];
  // In new prose they are what one expects.
  const expected = before === null && kindOfText(path) === 'prose';
  const printed = expected ? null : newlyPrinted(brought, before);
  if (printed !== null) {
    const where = placeName(path, printed.span);
    const none = before === null ? 'is made with' : 'had none of these characters and gets';
    notes.push(`${where}: ${none} ${printed.names.join(', ')}, as written`);
  }
  // Readers of diffs see whose line ends they are.
  if (before === null && !DIFFS.has(format) && isAllCrlf(after))
    notes.push(`${legible(path)}: is made with CRLF line ends`);
  return notes;
}

/** What the file was made of: what stood at its path, or at the one that it comes from. */
function bytesBefore(
  { path, there }: { readonly path: Path; readonly there: Uint8Array | null },
  bench: Bench,
): Uint8Array | null {
  const origin = bench.origins.get(path);
  if (origin === undefined) return there;
  const source = standingAt(bench.base, origin);
  return source.kind === 'file' ? source.bytes : null;
}
