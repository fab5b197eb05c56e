import { legible } from '../bytes.ts';
import type { Edit, FileChange } from '../change.ts';
import type { Fault } from '../fault.ts';
import { turnedFault, unseenNotes } from '../faults/hidden-faults.ts';
import { type Bench, standingAt } from './bench.ts';
import { isBinary, newlyHidden } from './hidden-text.ts';

/** What is refused in the content that a patch brings, and what is worth a note. What stood there before may stay. */
export function contentRules(
  files: readonly FileChange[],
  edits: readonly Edit[],
  bench: Bench,
): { readonly faults: readonly Fault[]; readonly notes: readonly string[] } {
  const faults: Fault[] = [];
  const notes: string[] = [];
  for (const file of files) {
    if (file.after === null) continue;
    const { path } = file;
    const before = bytesBefore(file, bench);
    const { turned, unseen } = newlyHidden(before, file.after.bytes);
    if (turned.length > 0) faults.push(turnedFault(path, turned, edits));
    notes.push(...unseenNotes(path, unseen));
    if (before !== null && !isBinary(before) && isBinary(file.after.bytes)) {
      notes.push(`${legible(path)}: gets a NUL byte, so that git takes it for a binary file from now on`);
    }
  }
  return { faults, notes };
}

/** What the file was made of: what stood at its path, or at the one that it comes from. */
function bytesBefore({ path, before }: FileChange, bench: Bench): Uint8Array | null {
  const origin = bench.origins.get(path);
  if (origin === undefined) return before?.bytes ?? null;
  const source = standingAt(bench.base, origin);
  return source.kind === 'file' ? source.bytes : null;
}
