import type { Taken } from '../../app/take-workspace.ts';

/** What a lane is doing, for status and heartbeat. */
export interface LaneFacts {
  readonly workspace: string;
  readonly doing:
    | 'starting'
    | 'idle'
    | 'landing'
    | 'waiting'
    | 'paused'
    | 'blocked'
    | 'busy elsewhere'
    | 'waiting for a slot'
    | 'stopped';
  readonly detail: string | null;
  readonly token: number | null;
  /** Why the remote that follows this line does not have all of it yet. */
  readonly behind: string | null;
  /** Why what landed on this line has no signed evidence yet. */
  readonly unattested: string | null;
}

/** What stands in the way of a lease or of its fence, in words. */
export function whyNot(
  workspace: string,
  taken: Exclude<Taken, { kind: 'taken' | 'older-ledger' | 'unreadable-fence' }>,
): string {
  switch (taken.kind) {
    case 'busy':
      return `held by ${taken.owner}`;
    case 'locked':
      return `repository locked: ${taken.path}`;
    case 'other-installation':
      return `fenced by installation ${taken.mark.installation}; once that one is stopped, \`ghost workspace accept ${workspace} --adopt --reason TEXT\` takes the branch back`;
  }
}
