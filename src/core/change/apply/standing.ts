import type { FileMode, Path } from '../../git.ts';
import { legible } from '../bytes.ts';
import type { Edit, FileChange, Snapshot } from '../change.ts';
import type { Fault } from '../fault.ts';
import { faultOf, placeName } from '../fault-of.ts';
import { type Bench, type Found, foundAt, standingAt } from './bench.ts';
import { remainingBelow } from './remaining.ts';

export type FoundFile = Extract<Found, { kind: 'file' }>;

/** The file an edit starts from, or why there is none. A rename and a copy start from the tree before the patch. */
export function sourceOf(bench: Bench, path: Path, edit: Edit): FoundFile | Fault {
  const found = path === edit.path ? foundAt(bench, path) : standingAt(bench.base, path);
  const where = { path, patchLine: edit.span.firstLine };
  switch (found.kind) {
    case 'file':
      return found;
    case 'absent':
      return faultOf(
        'file_missing',
        {
          message: `${placeName(path, edit.span)} does not exist; expected a file to ${VERBS[edit.kind]}.`,
          hint: 'Check the path against the current tree; to create the file, use --- /dev/null.',
        },
        where,
      );
    case 'directory':
    case 'gitlink':
      return faultOf(
        'not_a_file',
        {
          message: `${placeName(path, edit.span)} is a ${found.kind === 'gitlink' ? 'submodule' : 'directory'}; expected a file to ${VERBS[edit.kind]}.`,
          hint: 'Name a file.',
        },
        where,
      );
  }
}

const VERBS: Readonly<Record<Edit['kind'], string>> = {
  modify: 'change',
  copy: 'copy',
  create: 'create',
  delete: 'delete',
  write: 'write',
  replace: 'change',
  insert: 'change',
};

/**
 * Why nothing new can stand at the path of `edit`; null when it is free, as a directory is that the patch empties and a
 * file that it moves elsewhere. `content` is what would be put there.
 */
export function occupied(bench: Bench, edit: Edit, content: string | null): Fault | null {
  const found = foundAt(bench, edit.path);
  if (found.kind === 'absent') return null;
  if (found.kind === 'file' && !bench.now.has(edit.path) && bench.renamed.has(edit.path)) return null;
  if (found.kind === 'directory') {
    const remains = remainingBelow(bench.base, edit.path, bench.leaving);
    return remains === null ? null : notEmptied(edit, remains);
  }
  const same =
    found.kind === 'file' && content !== null && Buffer.from(content, 'latin1').equals(found.bytes);
  const got = found.kind === 'gitlink' ? 'a submodule' : 'a file';
  return faultOf(
    'file_exists',
    {
      message: `${placeName(edit.path, edit.span)} cannot be created: ${got} stands there${same ? ', with exactly this content' : ''}.`,
      hint: same
        ? 'Leave it out: the change is already there.'
        : 'Change the existing file, delete it first, or choose another path.',
    },
    { path: edit.path, patchLine: edit.span.firstLine },
  );
}

function notEmptied(edit: Edit, remains: Path): Fault {
  return faultOf(
    'file_exists',
    {
      message: `${placeName(edit.path, edit.span)} cannot be created: a directory stands there, and ${legible(remains)} remains in it.`,
      hint: 'Delete or move all that stands below it in the same patch, or choose another path.',
    },
    { path: edit.path, patchLine: edit.span.firstLine },
  );
}

/** A mode that is not the one the patch starts from. */
export function modeFault(
  edit: Edit,
  path: Path,
  mode: { readonly got: FileMode; readonly expected: string },
): Fault {
  return faultOf(
    'mode_mismatch',
    {
      message: `${placeName(path, edit.span)} has mode ${mode.got}; expected ${mode.expected}.`,
      hint: 'Make the diff again from the current tree.',
    },
    { path, patchLine: edit.span.firstLine },
  );
}

/** The new paths among `files` that cannot exist: something that is no directory stands, or will stand, above them. */
export function blocked(
  files: readonly FileChange[],
  snapshot: Snapshot,
  lineOf: ReadonlyMap<Path, number>,
): Fault[] {
  const after = new Map(files.map((file) => [file.path, file.after]));
  return files.flatMap((file) => {
    if (file.after === null || file.before !== null) return [];
    const blocker = directoriesAbove(file.path).find((above) => {
      const becomes = after.get(above);
      if (becomes !== undefined) return becomes !== null;
      const stands = standingAt(snapshot, above).kind;
      return stands === 'file' || stands === 'gitlink';
    });
    return blocker === undefined ? [] : [blockedFault(file.path, blocker, lineOf.get(file.path) ?? null)];
  });
}

function directoriesAbove(path: Path): Path[] {
  const segments = path.split('/');
  return segments.slice(1).map((_, at) => segments.slice(0, at + 1).join('/') as Path);
}

function blockedFault(path: Path, blocker: Path, patchLine: number | null): Fault {
  return faultOf(
    'path_blocked',
    {
      message: `${legible(path)} cannot be created: ${legible(blocker)} is not a directory.`,
      hint: `Delete or move ${legible(blocker)}, or choose another path. Symbolic links and submodules are never written through.`,
    },
    { path, patchLine },
  );
}
