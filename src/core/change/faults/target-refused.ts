import type { Path } from '../../git.ts';
import { quoted } from '../bytes.ts';
import type { Fault } from '../fault.ts';
import { faultOf } from '../fault-of.ts';

/** A symbolic link that would lead out of the tree; `why` completes "the target ...". */
export function targetRefused(
  path: Path,
  link: { readonly target: string; readonly why: string; readonly line: number },
): Fault {
  return faultOf(
    'path_refused',
    {
      message: `The symbolic link ${quoted(path)} (patch line ${link.line}) points to ${quoted(link.target)}: the target ${link.why}.`,
      hint: 'Point it to a relative path inside the repository, with every .. at the beginning.',
    },
    { path, patchLine: link.line },
  );
}
