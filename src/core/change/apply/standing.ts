import type { FileMode, Path } from '../../git.ts';
import type { Edit, Insertion, Replacement } from '../change.ts';
import type { Fault } from '../fault.ts';
import { faultOf, placeName } from '../fault-of.ts';
import { linkFault } from '../faults/link-fault.ts';
import { type Bench, baseAt, foundAt } from './bench.ts';
import type { OpenFile } from './open-file.ts';

/** The file an edit starts from, or why there is none. A rename and a copy start from the tree before the patch. */
export function sourceOf(bench: Bench, path: Path, edit: Edit): OpenFile | Fault {
  const moved = path !== edit.path;
  const found = moved ? baseAt(bench, path) : foundAt(bench, path);
  const where = { path, patchLine: edit.span.firstLine };
  switch (found.kind) {
    case 'file':
      return found;
    case 'absent':
      return faultOf(
        'file_missing',
        {
          message: `${placeName(path, edit.span)} does not exist${moved ? ' before the patch' : ''}; expected a file to ${VERBS[edit.kind]}.`,
          hint: `Check the path against the current tree; to create the file, ${bench.room.wording.create}.`,
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

/** The same for an edit of text: what a link holds is no text. */
export function textFileOf(bench: Bench, edit: Replacement | Insertion): OpenFile | Fault {
  const source = sourceOf(bench, edit.path, edit);
  if ('code' in source || source.mode !== '120000') return source;
  return linkFault(edit, edit.path, source.bytes);
}

/**
 * Why nothing new can stand at the path of `edit`; null when it is free, as the place of a file is that the patch moves
 * elsewhere. Whether a directory is emptied is seen once all edits are done. `bytes` is what would be put there.
 */
export function occupied(bench: Bench, edit: Edit, bytes: Uint8Array | null): Fault | null {
  const found = foundAt(bench, edit.path);
  if (found.kind === 'absent' || found.kind === 'directory') return null;
  const leaves = found.kind === 'file' && !bench.now.has(edit.path) && bench.renamed.has(edit.path);
  if (leaves) return null;
  const same = found.kind === 'file' && bytes !== null && Buffer.from(bytes).equals(found.bytes);
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

/** A file that leaves, and that an earlier edit has put, changed or taken away: one of the two would be lost. */
export function twiceFault(bench: Bench, edit: Edit, path: Path): Fault {
  const verb = edit.kind === 'delete' ? 'deleted' : 'renamed';
  const first = bench.lines.get(path);
  return faultOf(
    'malformed',
    {
      message: `${placeName(path, edit.span)} is ${verb}, and line ${first} of the patch has already put, changed or taken away what stands there.`,
      hint:
        verb === 'deleted'
          ? 'Say only what becomes of the file in the end.'
          : 'Put all that happens to the file under the section that renames it.',
    },
    { path, patchLine: edit.span.firstLine },
  );
}
