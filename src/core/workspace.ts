/** A registered repository and branch. Several may share a repository, never a branch of one. */
export interface Workspace {
  readonly name: string;
  /** Absolute, symbolic links resolved: git's common directory. With the branch it is unique. */
  readonly gitDir: string;
  /** Root of the work tree in which the branch is checked out when it was added, or null for a bare repository. */
  readonly workTree: string | null;
  readonly branch: string;
  readonly addedAt: number;
  readonly addedBy: string;
  /** Set when an operator or an integrity finding stopped the line. */
  readonly paused: string | null;
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
