import type { CaughtUp } from '../ports/repository.ts';
import type { Holding } from './holding.ts';
import type { Needs } from './needs.ts';
import { recordStep } from './record-step.ts';

export type RemoteFollowed =
  /** There is nothing to push, or it has been pushed now. */
  | { readonly kind: 'level' }
  | { readonly kind: 'behind'; readonly why: string }
  /** Somebody else writes there; nothing may be landed on top until an operator has looked. */
  | { readonly kind: 'broken'; readonly problem: string };

const LEVEL: RemoteFollowed = { kind: 'level' };

/** Lets a remote that only Ghost writes catch up with what has landed here, also when nothing lands any more. */
export async function followRemote(
  needs: Pick<Needs, 'ledger' | 'clock' | 'wakeUps'>,
  holding: Holding,
): Promise<RemoteFollowed> {
  const { follower } = holding.open;
  if (!follower) return LEVEL;
  const { lastLanded } = await needs.ledger.line(holding.workspace.name);
  if (lastLanded?.state.name !== 'landed' || lastLanded.state.worktree === 'followed') return LEVEL;
  const caughtUp = await follower.catchUp({ adopt: false, now: false });
  if (caughtUp.kind === 'behind') return caughtUp;
  if (caughtUp.kind !== 'followed') return { kind: 'broken', problem: whyNobodyFollows(holding, caughtUp) };
  await recordStep(needs, holding, { patch: lastLanded, event: { type: 'followed', worktree: 'followed' } });
  return LEVEL;
}

/** Why a remote can no longer be brought up to what landed here, and what comes next. */
export function whyNobodyFollows(
  { workspace }: Pick<Holding, 'workspace'>,
  found: Extract<CaughtUp, { kind: 'diverged' | 'other-installation' }>,
): string {
  const { name, branch, remote, gitDir } = workspace;
  const where = `branch ${branch} of ${remote?.url ?? gitDir}`;
  if (found.kind === 'other-installation')
    return `${where} is fenced by another installation, ${found.mark.installation}; stop one of the two; once that one is stopped, \`ghost workspace accept ${name} --adopt --reason TEXT\` takes the branch back`;
  const { tip, own } = found;
  const is = tip === null ? 'is gone' : `is at ${tip}, which does not lead to ${own}, landed here`;
  const ref = `refs/heads/${branch}`;
  const git = `git --git-dir ${gitDir}`;
  const lease = tip === null ? '' : ` --force-with-lease=${ref}:${tip}`;
  const back = `Put it back with \`${git} push${lease} ${remote?.url ?? ''} ${own}:${ref}\` and \`ghost workspace resume ${name}\``;
  const taking =
    tip === null
      ? ''
      : `; or take it as it is, without what landed here and is not there: \`${git} fetch ${remote?.url ?? ''} ${ref}\`, \`${git} update-ref ${ref} ${tip} ${own}\`, \`ghost workspace accept ${name} --reason TEXT\``;
  return `${where} ${is}: somebody else wrote to a branch that only Ghost writes. Nothing is forced over it. ${back}${taking}`;
}
