import type { CommitId } from '../core/git.ts';
import type { Workspace } from '../core/workspace.ts';
import type { FenceMark, HistoryCommit } from '../ports/repository.ts';

/* Why a line stands still until somebody has looked: what was found, and which command comes next. */

const MOST_NAMED = 10;

export function landingMissing(workspace: Workspace, tip: CommitId, landed: CommitId): string {
  const { name, branch } = workspace;
  return `branch ${branch} is at ${tip}, which does not contain the landed commit ${landed}; put it back with \`${puttingBack(workspace, { tip, landed })}\` and \`ghost workspace resume ${name}\`, or ${accepting(name)}`;
}

/** A branch that is checked out cannot be moved by `git branch`, and its work tree would stay behind a moved ref. */
function puttingBack(
  { branch, gitDir, workTree, remote }: Workspace,
  { tip, landed }: { readonly tip: CommitId; readonly landed: CommitId },
): string {
  const ref = `refs/heads/${branch}`;
  if (remote?.writers === 'others')
    return `git --git-dir ${gitDir} push --force-with-lease=${ref}:${tip} ${remote.url} ${landed}:${ref}`;
  if (workTree !== null)
    return `git -C ${workTree} checkout ${branch} && git -C ${workTree} reset --keep ${landed}`;
  return `git --git-dir ${gitDir} update-ref ${ref} ${landed} ${tip}`;
}

export function branchGone(workspace: Workspace, landed: CommitId | null): string {
  const { name, branch, gitDir, remote } = workspace;
  const making =
    remote?.writers === 'others'
      ? `git --git-dir ${gitDir} push ${remote.url} ${landed}:refs/heads/${branch}`
      : `git --git-dir ${gitDir} branch ${branch} ${landed}`;
  const where = landed === null ? '' : `, for instance with \`${making}\``;
  const next = landed === null ? '' : `; where the landed commit ${landed} is not on it, ${accepting(name)}`;
  return `${gitDir} has no branch ${branch} any more; make it again${where}, and \`ghost workspace resume ${name}\`${next}`;
}

export function branchUnreadable({ name, gitDir }: Workspace, problem: string): string {
  return `${problem} \`git --git-dir ${gitDir} fsck\` names what is damaged; repair it from a copy, and \`ghost workspace resume ${name}\``;
}

/** A ref that anybody with the right to push can set; what it says of other holders, nobody can tell. */
export function fenceUnreadable({ gitDir, branch, remote }: Workspace, problem: string): string {
  const ref = `refs/ghost/fence/${branch}`;
  const removing =
    remote?.writers === 'others'
      ? `git push ${remote.url} --delete ${ref}`
      : `git --git-dir ${gitDir} update-ref -d ${ref}`;
  return `${problem} Find out who set it; where no other installation lands on branch ${branch}, remove it with \`${removing}\``;
}

export function commitsUnknown({ name, branch }: Workspace, commits: readonly HistoryCommit[]): string {
  return `${listed(branch, commits)}: this ledger is an older copy, another data folder lands there too, or somebody copied a trailer; restore the newest ledger, or ${accepting(name)}`;
}

/** `commits`: those that the ledger does not know, as far as it can be told by them. */
export function ledgerOlder(
  { name, branch }: Workspace,
  fence: { readonly mark: FenceMark; readonly known: number },
  commits: readonly HistoryCommit[],
): string {
  const { mark, known } = fence;
  const found = `the fence of branch ${branch} shows token ${mark.token} of this installation, and this ledger knows of none above ${known}`;
  const landed = commits.length === 0 ? '' : `; ${listed(branch, commits)}`;
  return `${found}: it is an older copy, or another data folder counts with the same installation id${landed}; restore the newest ledger and stop the other, or ${accepting(name)}`;
}

function listed(branch: string, commits: readonly HistoryCommit[]): string {
  const named = commits.slice(0, MOST_NAMED).map(({ id, patch }) => `${id} (${patch})`);
  const more = commits.length > named.length ? `, and ${commits.length - named.length} more` : '';
  const count = commits.length === 1 ? '1 commit' : `${commits.length} commits`;
  return `branch ${branch} has ${count} of patches that this ledger has not landed there: ${named.join(', ')}${more}`;
}

function accepting(name: string): string {
  return `take the branch as it is with \`ghost workspace accept ${name} --reason TEXT\``;
}
