import { createHash } from 'node:crypto';
import type { BlobId, CommitId, FileMode, Path, TreeId } from '../../core/git.ts';
import type { HistoryCommit } from '../../ports/repository.ts';

export interface StoredFile {
  readonly mode: FileMode;
  readonly blob: BlobId;
  readonly bytes: Uint8Array;
}

/** A tree is the list of all files below it: directories are there because files are in them. */
export type StoredTree = ReadonlyMap<Path, StoredFile>;

/** What a repository holds, each under the id that its content gives it. */
export interface Objects {
  readonly trees: Map<TreeId, StoredTree>;
  readonly commits: Map<CommitId, HistoryCommit>;
}

export function emptyObjects(): Objects {
  return { trees: new Map(), commits: new Map() };
}

export function writeTree({ trees }: Objects, files: StoredTree): TreeId {
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  const id = idOf(`tree\0${sorted.map(([path, { mode, blob }]) => `${mode} ${blob} ${path}\0`).join('')}`);
  trees.set(id as TreeId, new Map(sorted));
  return id as TreeId;
}

export interface NewCommit {
  readonly tree: TreeId;
  /** Null for the first one of a repository. */
  readonly parent: CommitId | null;
  readonly message: string;
  readonly date: number;
}

export function writeCommit({ commits }: Objects, { tree, parent, message, date }: NewCommit): CommitId {
  const id = idOf(`commit\0${tree}\0${parent ?? ''}\0${date}\0${message}`) as CommitId;
  const seq = trailer(message, 'Ghost-Seq');
  commits.set(id, {
    ...{ id, tree, parent, committedAt: date },
    patch: trailer(message, 'Ghost-Patch'),
    landingSeq: seq !== null && /^\d{1,15}$/.test(seq) ? Number(seq) : null,
  });
  return id;
}

/** @throws Error for a tree that is not there */
export function treeIn({ trees }: Objects, id: TreeId): StoredTree {
  const tree = trees.get(id);
  if (tree === undefined) throw new Error(`there is no tree ${id}`);
  return tree;
}

/** @throws Error for a commit that is not there */
export function commitIn({ commits }: Objects, id: CommitId): HistoryCommit {
  const commit = commits.get(id);
  if (commit === undefined) throw new Error(`there is no commit ${id}`);
  return commit;
}

/** As long as a SHA-1 of git, so that blobs are named as git names them; trees and commits have a form of their own. */
function idOf(text: string): string {
  return createHash('sha1').update(text, 'utf8').digest('hex');
}

/** In the last of several paragraphs, if every line of it looks like a trailer. */
function trailer(message: string, key: string): string | null {
  const paragraphs = message.trimEnd().split(/\n[ \t]*\n/);
  const lines = paragraphs.length < 2 ? [] : (paragraphs.at(-1)?.split('\n') ?? []);
  if (!lines.every((line) => /^[A-Za-z0-9-]+:/.test(line))) return null;
  const found = lines.findLast((line) => line.startsWith(`${key}:`));
  return found === undefined ? null : found.slice(key.length + 1).trim();
}
