import type { Deletion } from '../change.ts';
import { contentFault } from '../faults/content-faults.ts';
import type { Bench } from './bench.ts';
import { done, type EditOutcome, faulty } from './outcome.ts';
import { modeFault, sourceOf, twiceFault } from './standing.ts';

/**
 * No file where one of the tree stands. What the patch itself put or changed it does not delete: git would keep the file
 * there, since it writes all files after it has removed all files.
 */
export function deleteFile(edit: Deletion, bench: Bench): EditOutcome {
  const source = sourceOf(bench, edit.path, edit);
  if ('code' in source) return faulty(source);
  if (bench.now.has(edit.path)) return faulty(twiceFault(bench, edit, edit.path));
  if (edit.oldMode !== null && edit.oldMode !== source.mode) {
    return faulty(modeFault(edit, edit.path, { got: source.mode, expected: edit.oldMode }));
  }
  const [got, shown] = [source.text, edit.content];
  const taken = [{ kind: 'taken', path: edit.path }] as const;
  if (shown === null) return done(taken);
  if (got === shown) return done(taken, { rung: 'exact' });
  if (got.replaceAll('\r\n', '\n') === shown.replaceAll('\r\n', '\n'))
    return done(taken, { rung: 'line-ends' });
  return faulty(contentFault(edit, got, shown));
}
