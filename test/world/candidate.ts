import type { Candidate } from '../../src/app/checks/job.ts';
import type { FileChange } from '../../src/core/change/change.ts';
import type { Path } from '../../src/core/git.ts';
import type { TestLine } from './line.ts';
import { aPatch } from './patches.ts';

/** The tip of a line with these files written over it, as a gate is asked about it. */
export async function candidateOf(
  { holding }: TestLine,
  files: Readonly<Record<string, string | null>>,
): Promise<Candidate> {
  const { repository } = holding.open;
  const base = await repository.tip();
  const paths = Object.keys(files) as Path[];
  const standing = await repository.snapshot(base.tree, paths);
  const changes = paths.map((path): FileChange => {
    const before = standing.get(path);
    const content = files[path] ?? null;
    return {
      path,
      before: before?.kind === 'file' ? before : null,
      after: content === null ? null : { mode: '100644', bytes: Buffer.from(content) },
    };
  });
  const tree = await repository.buildTree(base.tree, changes);
  return { patch: aPatch(), base, tree, files: changes, message: 'Change the page', approval: 'none' };
}
