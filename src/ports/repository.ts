import type { FileChange, Snapshot } from '../core/change/change.ts';
import type { LineChange } from '../core/change/merge/line-change.ts';
import type { CommitId, Path, Tip, TreeId } from '../core/git.ts';
import type { Lease, ProcessIdentity } from '../core/lease/lease.ts';
import type { Intent, WorktreeOutcome } from '../core/patch/patch.ts';
import type { Remote, Workspace } from '../core/workspace.ts';

/**
 * Reading and preparing: needs no lease, moves no ref. Every object written is durable when its promise resolves; one that is
 * read and does not have the content that its id names is told as `integrity_broken`, never used.
 */
export interface Repository {
  /** @throws GhostError branch_gone when there is no such branch any more */
  tip(): Promise<Tip>;
  /** What stands at `paths` and at every directory above them, the top of the tree included. */
  snapshot(tree: TreeId, paths: readonly Path[]): Promise<Snapshot>;
  /** Writes the blobs and trees of `base` with `files` changed; empty directories vanish. */
  buildTree(base: TreeId, files: readonly FileChange[]): Promise<TreeId>;
  /** Writes the commit object. The same draft always gives the same id. */
  commit(draft: CommitDraft): Promise<CommitId>;
  /**
   * A private, writable copy of a tree on disk, without `.git`; no filter, hook or attribute of the repository runs. Asked for
   * `layers`, which cost by what changed, it may give a copy all the same.
   */
  checkout(tree: TreeId, form?: CheckoutForm): Promise<Checkout>;
  close(): Promise<void>;
}

export interface CommitDraft {
  readonly tree: TreeId;
  /** Null for the first of a line of commits. */
  readonly parent: CommitId | null;
  /** Complete, trailers included. */
  readonly message: string;
  /** Author and committer date, whole seconds since 1970, UTC. */
  readonly date: number;
  /** Armours a signature of the commit's bytes, the same one each time; left out, the commit is not signed. */
  readonly sign?: (bytes: Uint8Array) => string;
}

/** `layers` is only for a sandbox that says that it can put them together. */
export type CheckoutForm = 'copy' | 'layers';

export interface Checkout {
  /** The whole tree; with `layers`, what differs from the one below: files, and in the form of the kernel's overlays what is gone. */
  readonly path: string;
  readonly layers?: Layers;
  remove(): Promise<void>;
}

/** Directories of this machine that, with what is written above them, are a tree. */
export interface Layers {
  /** Shared by several checkouts: nobody may write to it. */
  readonly below: string;
  /** Empty, on the disk of what is above: what the kernel itself needs. */
  readonly work: string;
}

/** What has happened on the branch, for reading back, recovery and `ghost verify`. */
export interface History {
  /**
   * First-parent chain from `from` (left out; null: the root, included) to the tip as it is at the first step, oldest
   * first. Read on as it is asked for, so that a long branch is never held.
   */
  since(from: CommitId | null): AsyncIterable<HistoryCommit>;
  /** Whether the commit is on the branch: its tip, or an ancestor of its tip. False when there is no such commit. */
  holds(commit: CommitId): Promise<boolean>;
  isAncestor(ancestor: CommitId, descendant: CommitId): Promise<boolean>;
  /**
   * Commit with its tree as the repository holds it, or null when it has no such object.
   * @throws GhostError integrity_broken when its content does not have that id
   */
  commit(id: CommitId): Promise<HistoryCommit | null>;
  /** The id of `base` with `files` changed, as `buildTree` gives it. Nothing is written. */
  treeWith(base: TreeId, files: readonly FileChange[]): Promise<TreeId>;
  /** git's own diff between two commits, binary parts included, names not detected as renamed. */
  diff(from: CommitId, to: CommitId): Promise<Uint8Array>;
}

export interface HistoryCommit {
  readonly id: CommitId;
  readonly tree: TreeId;
  readonly parent: CommitId | null;
  readonly committedAt: number;
  /** `Ghost-Patch` and `Ghost-Seq` trailers, as written. */
  readonly patch: string | null;
  readonly landingSeq: number | null;
}

/** The branch as something to land on. The fence is a ref of the repository, so a stale holder is stopped there. */
export interface Destination {
  /** Whose tokens it writes. */
  readonly installation: string;
  /** Who holds the fence, without taking it. @throws GhostError integrity_broken where it names no mark */
  fence(): Promise<FenceMark | null>;
  /**
   * Ends the predecessor's writer (its process group only), waits for the kernel lock, starts a writer under it and
   * moves the fence up to the lease's token by compare-and-swap.
   * @throws GhostError fence_obstructed
   */
  raise(
    lease: Lease,
    predecessor: ProcessIdentity | null,
    options: { readonly adopt: boolean },
  ): Promise<Raised>;
  /**
   * Removes the fence's own stale lock file, which makes `raise` answer `locked`: a writer that dies while it lands
   * or raises leaves it behind. The predecessor's writer, where one is on record, is ended first, and the kernel lock is
   * taken: only under it is this ref ever written. True when a file was removed: raise again.
   */
  clearStaleFence(predecessor: ProcessIdentity | null): Promise<boolean>;
}

export interface FenceMark {
  readonly installation: string;
  readonly workspace: string;
  readonly token: number;
}

export type Raised =
  | { readonly kind: 'raised'; readonly fence: Fence }
  /** The fence already shows a greater token: the lease is stale. */
  | { readonly kind: 'fenced'; readonly mark: FenceMark }
  | { readonly kind: 'other-installation'; readonly mark: FenceMark }
  /** A `*.lock` file or a git process that is not ours stands in the way. */
  | { readonly kind: 'locked'; readonly path: string };

/** The raised fence: the proof that this holder may move the branch, until a successor raises it further. */
export interface Fence {
  readonly lease: Lease;
  readonly writer: ProcessIdentity;
  /** One ref transaction: verify the fence, move the branch from `intent.base` to `intent.commit`; durable when resolved. */
  land(intent: Intent): Promise<LandOutcome>;
  /** Makes durable what is about to be believed: the branch's ref, the fence and their directories. */
  sync(): Promise<void>;
  /** Removes the branch's own stale lock file after a crash, legal only for an intent whose writer was seen to die. */
  clearStaleLock(intent: Intent): Promise<void>;
  /** Ends the writer and frees the kernel lock; the fence stays where it is. */
  lower(): Promise<void>;
  /** One ref transaction as `land`, on the ref of the log; absent where the fence is not of this repository. */
  readonly moveLog?: (move: LogMove) => Promise<LogMoved>;
}

export interface LogMove {
  readonly to: CommitId;
  /** Null: there is none yet. */
  readonly from: CommitId | null;
}

export type LogMoved = { readonly kind: 'outpaced' } | Exclude<LandOutcome, { kind: 'outpaced' | 'refused' }>;

/** `refs/ghost/log/<branch>`: the evidence of what landed, in the repository itself. */
export interface LogBranch {
  /** Null when there is none yet. @throws GhostError integrity_broken where it names no commit */
  tip(): Promise<Tip | null>;
  readonly emptyTree: TreeId;
}

export type LandOutcome =
  | { readonly kind: 'moved' }
  /** The branch is somewhere else now. */
  | { readonly kind: 'outpaced'; readonly tip: CommitId }
  /** A successor raised the fence, or killed our writer and is about to: this holder must not land any more. */
  | { readonly kind: 'fenced'; readonly mark: FenceMark | null }
  | { readonly kind: 'locked'; readonly path: string }
  /** Whoever keeps the repository declined this commit, for good and in words of theirs; the branch is where it was. */
  | { readonly kind: 'refused'; readonly why: string };

/**
 * Every work tree that has the branch checked out at the moment of the call. Neither method throws for the state of
 * one, such as a torn index, a lock, a missing directory or a lack of rights.
 */
export interface Worktree {
  /**
   * Those of `paths` with local edits that a landing would run over: staged, unstaged, or untracked in the way. A work
   * tree that cannot be read has none: it must not stop the line, and `follow`, which refuses to write over what it
   * cannot account for, runs over nothing there.
   */
  localEdits(base: CommitId, paths: readonly Path[]): Promise<readonly Path[]>;
  /**
   * Brings clean files to `commit`, from `base` or from the older commit at which earlier landings left them.
   * `followed` is what was observed afterwards: each index stands at `commit`, but for what a person staged. `behind`
   * when something is in the way, when that cannot be told, and, with nothing touched, when the branch is not at
   * `commit` any more. Repeating it is fine.
   */
  follow(base: CommitId, commit: CommitId): Promise<WorktreeOutcome>;
}

/** What is asked only for a patch that does not fit. */
export interface Remedy {
  /** The paths of all files of a tree; null when there are more than `most`. */
  paths(tree: TreeId, most: number): Promise<readonly Path[] | null>;
  /**
   * The bytes of the one blob whose id begins with these 4 to 64 hexadecimal digits; null when there is none, or several,
   * or when it never was this file: not every object of a repository is for whoever may send a patch.
   */
  version(prefix: string, of: { readonly path: Path; readonly tip: CommitId }): Promise<Uint8Array | null>;
  /** Both versions in one, made from `base`, where no place was changed differently in both. */
  merge(sides: MergeSides): Promise<Merged>;
}

export interface MergeSides {
  readonly base: Uint8Array;
  /** What the file is now. */
  readonly own: Uint8Array;
  /** What the patch makes of `base`. */
  readonly other: Uint8Array;
}

export type Merged =
  | { readonly kind: 'clean'; readonly bytes: Uint8Array }
  /** `changed`: all that became of `base` in `own`, ascending. */
  | { readonly kind: 'conflict'; readonly changed: readonly LineChange[] }
  | { readonly kind: 'binary' };

/**
 * The remote of a workspace that nobody else writes: it is brought up to what has landed here. A push is never forced,
 * and while the remote is away nothing waits for it.
 */
export interface Follower {
  /**
   * Pushes forward what is fenced here. After a failure it answers `behind` at once until its backoff is over, unless
   * `now` is asked for. `adopt`: take the remote over from another installation, which the operator knows to be stopped.
   */
  catchUp(options: { readonly adopt: boolean; readonly now: boolean }): Promise<CaughtUp>;
}

export type CaughtUp =
  | { readonly kind: 'followed' }
  | { readonly kind: 'behind'; readonly why: string }
  /** Somebody else moved the branch there, forward or back. */
  | { readonly kind: 'diverged'; readonly tip: CommitId | null; readonly own: CommitId }
  | { readonly kind: 'other-installation'; readonly mark: FenceMark };

/** Objects as they are stored, for whoever checks signatures and logs. */
export interface Objects {
  /**
   * `name` is an id, a full name of a ref, or `ref:path`. Null when there is no such object.
   * @throws GhostError integrity_broken when its content does not have the id under which it stands
   */
  read(name: string): Promise<StoredObject | null>;
}

interface StoredObject {
  readonly id: string;
  readonly type: 'blob' | 'tree' | 'commit' | 'tag';
  readonly bytes: Uint8Array;
}

/** One workspace's repository, opened. */
export interface OpenRepository {
  readonly repository: Repository;
  readonly history: History;
  readonly destination: Destination;
  readonly worktree: Worktree;
  readonly remedy: Remedy;
  /** Only where a repository of git stands behind it. */
  readonly objects?: Objects;
  /** Only where the fence is of this repository. */
  readonly log?: LogBranch;
  /** Only where a remote follows this repository. */
  readonly follower?: Follower;
}

/** Answers what a path is, before it becomes a workspace. */
export interface RepositoryProbe {
  /** Tries what landing rests on, locks between processes first of all. @throws GhostError repository_unsuitable */
  examine(gitDir: string): Promise<void>;
  /** Changes nothing. @throws GhostError repository_invalid, branch_unknown */
  inspect(
    path: string,
    branch: string | null,
  ): Promise<{ readonly gitDir: string; readonly workTree: string | null; readonly branch: string }>;
}

/** Copies of remotes on this machine, in which objects are read and built, each named after its workspace. */
export interface Mirrors {
  /**
   * Alone with the copy of this name among all processes of this machine, until it is let go or its holder dies; null while
   * somebody else is. What others left unfinished when they died is taken away.
   */
  hold(name: string): Promise<MirrorHold | null>;
}

export interface MirrorHold {
  /**
   * Asks the remote, and copies what its branch needs; without a branch, the one that its HEAD names. A copy that is
   * there already is brought up to date. `progress` is given git's own lines.
   * @throws GhostError remote_unreachable, remote_refused, remote_url_invalid, credentials_unsafe, branch_unknown, repository_invalid
   */
  make(request: MirrorRequest): Promise<Mirrored>;
  /** Removes the copy, unless it holds what its remote does not have. False when it stays. */
  discard(copy: MirrorCopy): Promise<boolean>;
  release(): void;
}

export type MirrorCopy = Pick<Workspace, 'gitDir' | 'remote'>;

export interface MirrorRequest {
  readonly remote: Remote;
  readonly branch: string | null;
  readonly progress: (line: string) => void;
}

export interface Mirrored {
  readonly gitDir: string;
  readonly branch: string;
  /** Whether the copy was there before. */
  readonly found: boolean;
}
