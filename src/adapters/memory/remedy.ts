import type { CommitId, Path } from '../../core/git.ts';
import type { Remedy } from '../../ports/repository.ts';
import { mergeSides } from './merge.ts';
import { commitIn, type Objects, type StoredFile, treeIn } from './objects.ts';

const PREFIX = /^[0-9a-f]{4,64}$/;

export function memoryRemedy(objects: Objects): Remedy {
  return {
    async paths(tree, most) {
      const paths = [...treeIn(objects, tree).keys()];
      return paths.length > most ? null : paths;
    },
    async version(prefix, of) {
      if (!PREFIX.test(prefix)) return null;
      const versions = versionsOf(objects, of).filter(({ blob }) => blob.startsWith(prefix));
      const [first] = versions;
      return first !== undefined && versions.every(({ blob }) => blob === first.blob) ? first.bytes : null;
    },
    async merge(sides) {
      return mergeSides(sides);
    },
  };
}

function versionsOf(objects: Objects, { path, tip }: { path: Path; tip: CommitId }): StoredFile[] {
  const versions: StoredFile[] = [];
  for (let at: CommitId | null = tip; at !== null; ) {
    const commit = commitIn(objects, at);
    versions.push(...[treeIn(objects, commit.tree).get(path)].filter((file) => file !== undefined));
    at = commit.parent;
  }
  return versions;
}
