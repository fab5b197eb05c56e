import type { Path } from '../../git.ts';
import { latin1, quoted } from '../bytes.ts';
import type { Edit } from '../change.ts';
import type { Fault } from '../fault.ts';
import { faultOf, placeName } from '../fault-of.ts';

/** A symbolic link where a file is expected. `bytes` are what it points to. */
export function linkFault(edit: Edit, path: Path, bytes: Uint8Array): Fault {
  const target = quoted(latin1(bytes));
  return faultOf(
    'mode_mismatch',
    {
      message: `${placeName(path, edit.span)} is a symbolic link to ${target}; expected a regular file.`,
      hint: 'If the file behind it is meant, name that one; links are never written through. To put a file in its place, say so: in a git diff by a section that deletes the link and one that creates the file, in JSON edits by a mode.',
    },
    { path, patchLine: edit.span.firstLine },
  );
}
