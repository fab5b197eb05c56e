import type { TestContext } from 'node:test';
import type { FileChange } from '../../src/core/change/change.ts';
import type { CommitId, FileMode, Path } from '../../src/core/git.ts';
import type { FencingToken, Lease } from '../../src/core/lease/lease.ts';
import type { Intent } from '../../src/core/patch/patch.ts';
import type { Fence, OpenRepository, Raised } from '../../src/ports/repository.ts';

/** What the branch holds at first, in one commit of 1700000000 with the message `The beginning`. */
export const FILES: Readonly<Record<string, string>> = {
  'README.md': 'Hello\n',
  'src/one.ts': 'one\n',
  'src/two.ts': 'two\n',
  'src/deep/er/three.ts': 'three\n',
  'sort.a': 'a\n',
  'sort/b': 'b\n',
  sort0: '0\n',
};

/** A repository of its own for one test: `FILES` on a branch that nobody has fenced. */
export interface WorkspaceSubject {
  /** The branch opened as the workspace `demo`, each time as another runner; closed when the test ends. */
  open(as: 'ours' | 'theirs'): Promise<OpenRepository>;
  /** What a person with the same rights does: puts a commit on the branch, past all fences. */
  moveByHand(): Promise<CommitId>;
  /** Where the branch is checked out; null where it is nowhere. */
  readonly workTree: string | null;
}

export type OpenWorkspace = (test: TestContext) => Promise<WorkspaceSubject>;

/** Parts of the port that an adapter leaves to others, each with the reason: their tests are skipped. */
export type Lacks = Partial<Record<'checkouts' | 'diffs' | 'remedy' | 'work trees', string>>;

/** For `it`: skipped with the reason where the adapter lacks a part. */
export function needs(lacks: Lacks, part: keyof Lacks): { readonly skip?: string } {
  const reason = lacks[part];
  return reason === undefined ? {} : { skip: reason };
}

export function lease(token: number): Lease {
  const minted = { name: 'demo', owner: `runner-${token}`, token: token as FencingToken, expiresAt: 0 };
  return { ...minted, minted: true } as unknown as Lease;
}

/** The raised fence, lowered when the test ends. */
export async function raised(
  test: TestContext,
  open: OpenRepository,
  token: number,
  predecessor: Fence | null = null,
): Promise<Fence> {
  const outcome = await open.destination.raise(lease(token), predecessor?.writer ?? null, { adopt: false });
  return fenceIn(test, outcome);
}

export function fenceIn(test: TestContext, outcome: Raised): Fence {
  if (outcome.kind !== 'raised') throw new Error(`not raised: ${JSON.stringify(outcome)}`);
  test.after(() => outcome.fence.lower());
  return outcome.fence;
}

export function path(text: string): Path {
  return Buffer.from(text, 'utf8').toString('latin1') as Path;
}

/** A change that writes `content` at `name`, or removes it; `before` plays no part in building trees. */
export function change(name: string, content: string | null, mode: FileMode = '100644'): FileChange {
  const after = content === null ? null : { mode, bytes: Buffer.from(content, 'utf8') };
  return { path: path(name), before: null, after };
}

/** A commit of `files` on the tip, written and not landed. */
export async function prepared(
  open: OpenRepository,
  files: readonly FileChange[],
  label = 'A change',
): Promise<Intent> {
  const { repository } = open;
  const tip = await repository.tip();
  const tree = await repository.buildTree(tip.tree, files);
  const message = `${label}\n\nGhost-Patch: p_1\nGhost-Seq: 7\n`;
  const commit = await repository.commit({ tree, parent: tip.commit, message, date: 1_700_000_100 });
  return { base: tip.commit, tree, commit, token: lease(1).token, landingSeq: 7, paths: [] };
}

/** An id of the right width that no object has. */
export function nowhere(like: CommitId): CommitId {
  return '1'.repeat(like.length) as CommitId;
}
