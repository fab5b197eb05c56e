import { blobIdOf } from '../../core/blob-id.ts';
import { type FileChange, type Snapshot, type Standing, TOP } from '../../core/change/change.ts';
import type { Path, TreeId } from '../../core/git.ts';
import { type Objects, type StoredTree, treeIn, writeTree } from './objects.ts';

export function snapshotOf(tree: StoredTree, paths: readonly Path[]): Snapshot {
  const asked = new Set([TOP, ...paths.flatMap(withParents)]);
  return new Map([...asked].map((path) => [path, standingAt(tree, path)]));
}

function standingAt(tree: StoredTree, path: Path): Standing {
  const file = tree.get(path);
  if (file !== undefined) return { kind: 'file', ...file, bytes: file.bytes.slice() };
  const above = path === TOP ? '' : `${path}/`;
  const below = [...tree.keys()].filter((name) => name.startsWith(above));
  if (below.length === 0 && path !== TOP) return { kind: 'absent' };
  const names = new Set(below.map((name) => name.slice(above.length).split('/', 1)[0] ?? ''));
  return { kind: 'directory', names: [...names] };
}

function withParents(path: Path): Path[] {
  const names = path.split('/');
  return names.map((_, at) => names.slice(0, at + 1).join('/') as Path);
}

/** @throws TypeError when a file would stand where files remain below it */
export function buildTree(objects: Objects, base: TreeId, files: readonly FileChange[]): TreeId {
  const built = new Map(treeIn(objects, base));
  for (const { path, after } of files) if (after === null) built.delete(path);
  for (const { path, after } of files)
    if (after !== null)
      built.set(path, { mode: after.mode, blob: blobIdOf(after.bytes, base), bytes: after.bytes.slice() });
  refuseBoth(built, files);
  return writeTree(objects, built);
}

function refuseBoth(built: StoredTree, files: readonly FileChange[]): void {
  for (const { path, after } of files) {
    if (after === null) continue;
    const above = withParents(path).slice(0, -1);
    const both =
      above.find((directory) => built.has(directory)) ??
      [...built.keys()].find((name) => name.startsWith(`${path}/`));
    if (both !== undefined) throw new TypeError(`${path} would be a file and a directory: ${both}`);
  }
}
