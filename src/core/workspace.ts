import type { CommitId } from './git.ts';

/** A registered repository and branch. Several may share a repository, never a branch of one. */
export interface Workspace {
  readonly name: string;
  /** Absolute, symbolic links resolved: git's common directory. With the branch it is unique. */
  readonly gitDir: string;
  /** Where the branch really lives when `gitDir` is our copy of it; null for a repository on this machine. */
  readonly remote: Remote | null;
  /** Root of the work tree in which the branch is checked out when it was added, or null for a bare repository. */
  readonly workTree: string | null;
  readonly branch: string;
  readonly addedAt: number;
  readonly addedBy: string;
  /** Set when an operator or an integrity finding stopped the line. */
  readonly paused: string | null;
  /** From where on Ghost answers for the branch; null for a workspace that was added before this was written down. */
  readonly baseline: Baseline | null;
}

export interface Remote {
  /** ssh, https or file; holds no password. With the branch it is unique. */
  readonly url: string;
  /**
   * Who writes the branch there. `others` too: each landing is one atomic push with leases. `ghost` alone: landed here
   * under the local fence, then pushed forward.
   */
  readonly writers: 'others' | 'ghost';
  /** Absolute path of the file with what opens it: a private key for ssh, git's credential store for https. */
  readonly credentials: string | null;
}

/** A tip that was there without Ghost, or that an operator accepted: nothing before it is asked of the branch. */
export interface Baseline {
  readonly tip: CommitId;
  /** Landings up to this number need not be on the branch; 0 when the workspace was added. */
  readonly landings: number;
}

/** Whether this landing has to be on the branch still: an operator may have taken the branch as it is without it. */
export function answersFor({ baseline }: Pick<Workspace, 'baseline'>, landingSeq: number): boolean {
  return landingSeq > (baseline?.landings ?? 0);
}

/** Whether both are one registration: a name that was removed and given again is another line. */
export function isSameRegistration(one: Workspace, other: Workspace): boolean {
  return one.gitDir === other.gitDir && one.branch === other.branch && one.addedAt === other.addedAt;
}

/** Who registers a workspace for as long as one `ghost apply` takes, and how its name begins. */
export const ONE_SHOT = { by: 'ghost apply', prefix: 'apply-' } as const;

/** A workspace that somebody else holds while it stands in the register: no service runs it, and nobody means it unnamed. */
export function isOneShot({ name, addedBy }: Pick<Workspace, 'name' | 'addedBy'>): boolean {
  return addedBy === ONE_SHOT.by && name.startsWith(ONE_SHOT.prefix);
}

const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/;
const RESERVED: ReadonlySet<string> = new Set(['system', 'relay']);

/** Lower-case letters, digits, `.`, `_` and `-`, at most 63, starting with a letter or digit; `system` and `relay` are taken. */
export function isWorkspaceName(text: string): boolean {
  return NAME.test(text) && !RESERVED.has(text);
}
