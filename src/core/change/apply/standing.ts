import type { FileMode, Path } from '../../git.ts';
import { legible } from '../bytes.ts';
import type { Edit, FileChange, Snapshot, Standing } from '../change.ts';
import type { Fault } from '../fault.ts';
import { faultOf, placeName } from '../fault-of.ts';
import { remainingBelow } from './remaining.ts';

export type StandingFile = Extract<Standing, { kind: 'file' }>;

/** What stands at a path. @throws TypeError when the snapshot was not asked for it */
export function standingAt(snapshot: Snapshot, path: Path): Standing {
  const standing = snapshot.get(path);
  if (standing === undefined)
    throw new TypeError(`the snapshot does not tell what stands at ${legible(path)}`);
  return standing;
}

/** The file an edit starts from, or why there is none. */
export function sourceOf(snapshot: Snapshot, path: Path, edit: Edit): StandingFile | Fault {
  const standing = standingAt(snapshot, path);
  const where = { path, patchLine: edit.span.firstLine };
  switch (standing.kind) {
    case 'file':
      return standing;
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
          message: `${placeName(path, edit.span)} is a ${standing.kind === 'gitlink' ? 'submodule' : 'directory'}; expected a file to ${VERBS[edit.kind]}.`,
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
  exchange: 'change',
  replace: 'change',
};

/**
 * Why nothing new can stand at the path of `edit`; null when it is free, as a directory is that the patch empties.
 * `content` is what would be put there.
 */
export function occupied(
  { snapshot, leaving }: { readonly snapshot: Snapshot; readonly leaving: ReadonlySet<Path> },
  edit: Edit,
  content: string | null,
): Fault | null {
  const standing = standingAt(snapshot, edit.path);
  if (standing.kind === 'absent') return null;
  if (standing.kind === 'directory') {
    const remains = remainingBelow(snapshot, edit.path, leaving);
    return remains === null ? null : notEmptied(edit, remains);
  }
  const same =
    standing.kind === 'file' && content !== null && Buffer.from(content, 'latin1').equals(standing.bytes);
  const got = standing.kind === 'gitlink' ? 'a submodule' : 'a file';
  return faultOf(
    'file_exists',
    {
      message: `${placeName(edit.path, edit.span)} cannot be created: ${got} stands there${same ? ', with exactly this content' : ''}.`,
      hint: same
        ? 'Leave it out: the change is already there.'
        : 'Change the existing file, delete it first in a patch of its own, or choose another path.',
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
