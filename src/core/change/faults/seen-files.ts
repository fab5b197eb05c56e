import { latin1 } from '../bytes.ts';
import type { Snapshot } from '../change.ts';
import type { Fault, SeenFile } from '../fault.ts';
import { fileLines } from '../file-lines.ts';

/** The same faults, each with what was seen of the file that it is about. */
export function withSeenFiles(faults: readonly Fault[], snapshot: Snapshot): readonly Fault[] {
  const seen = new Map<string, SeenFile | null>();
  return faults.map((fault) => {
    if (fault.path === null) return fault;
    const known = seen.get(fault.path);
    const file = known === undefined ? seenFile(snapshot, fault.path) : known;
    seen.set(fault.path, file);
    return { ...fault, file };
  });
}

function seenFile(snapshot: Snapshot, path: NonNullable<Fault['path']>): SeenFile | null {
  const standing = snapshot.get(path);
  if (standing?.kind !== 'file') return null;
  return { lines: fileLines(latin1(standing.bytes)).length, blob: standing.blob };
}
