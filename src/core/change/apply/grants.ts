import type { Path } from '../../git.ts';
import { legible } from '../bytes.ts';
import type { Edit } from '../change.ts';
import type { Fault } from '../fault.ts';
import { faultOf, placeName } from '../fault-of.ts';
import { whySensitive } from '../paths/sensitive-paths.ts';

/** A fault for each sensitive path that the edits touch and nobody granted. */
export function ungrantedFaults(edits: readonly Edit[], granted: readonly string[]): Fault[] {
  const told = new Set<Path>();
  return edits.flatMap((edit) =>
    touchedBy(edit).flatMap((path) => {
      const why = whySensitive(path);
      if (why === null || told.has(path) || isGranted(path, granted)) return [];
      told.add(path);
      return [sensitiveFault(edit, path, why)];
    }),
  );
}

/** A copy only reads its source, so that one needs no grant. */
function touchedBy(edit: Edit): Path[] {
  return edit.kind === 'modify' && edit.from !== null ? [edit.path, edit.from] : [edit.path];
}

/** Grants every path: for patches whose sensitive paths a person is asked about. No policy can say it, as it is no path in a tree. */
export const EVERY_PATH: readonly string[] = ['/'];

/** Whether one of the grants names the path, or a directory above it. */
export function isGranted(path: Path, granted: readonly string[]): boolean {
  const plain = legible(path);
  return granted.some((grant) =>
    grant.endsWith('/') ? grant === '/' || plain.startsWith(grant) : plain === grant,
  );
}

function sensitiveFault(edit: Edit, path: Path, why: string): Fault {
  return faultOf(
    'path_sensitive',
    {
      message: `${placeName(path, edit.span)} is a sensitive path: ${why}.`,
      hint: 'Leave it out, or have an operator name it under allowPaths in the server policy.',
    },
    { path, patchLine: edit.span.firstLine },
  );
}
