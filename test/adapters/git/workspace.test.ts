import { workspaceSuite } from '../../conformance/workspace.ts';
import type { OpenWorkspace } from '../../conformance/workspace-subject.ts';
import { asCommit, type Kind, makePlace, opened } from './world.ts';

for (const [kind, format] of [
  ['bare', 'sha1'],
  ['checked out', 'sha1'],
  ['linked', 'sha256'],
] as const)
  workspaceSuite(`a ${kind} repository with ${format} ids`, subjectsOf(kind, format));

function subjectsOf(kind: Kind, format: 'sha1' | 'sha256'): OpenWorkspace {
  return async (t) => {
    const place = makePlace(t, kind, { format });
    let moves = 0;
    return {
      workTree: place.workTree,
      open: (as) => opened(t, place, { installation: as }),
      moveByHand: async () => {
        moves += 1;
        const message = `By hand, ${moves}`;
        const commit = place.git('commit-tree', '-p', 'main', '-m', message, 'main^{tree}');
        place.git('update-ref', 'refs/heads/main', commit);
        return asCommit(commit);
      },
    };
  };
}
