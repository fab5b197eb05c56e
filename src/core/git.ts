import type { Brand } from './brand.ts';

/** Full object ids in lower-case hexadecimal: 40 digits in a SHA-1 repository, 64 in a SHA-256 one. */
export type CommitId = Brand<string, 'CommitId'>;
export type TreeId = Brand<string, 'TreeId'>;
export type BlobId = Brand<string, 'BlobId'>;

/** The modes that a patch may give to a path: plain file, executable file, symbolic link. */
export type FileMode = '100644' | '100755' | '120000';

/** A path inside the tree: `/` between segments, never leading, no empty, `.` or `..` segment. Bytes as latin1. */
export type Path = Brand<string, 'Path'>;

/** What stands at the tip of a branch. `committedAt` is in whole seconds since 1970, UTC. */
export interface Tip {
  readonly commit: CommitId;
  readonly tree: TreeId;
  readonly committedAt: number;
}
