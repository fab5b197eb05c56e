import type { Role } from '../role.ts';
import type { Baseline, Workspace } from '../workspace.ts';
import type { Entry } from './entry.ts';
import { registrationIn } from './workspace-entry.ts';

/** The workspace that its entries tell of, in the order of the chain; null when it is not registered. */
export function foldWorkspace(entries: readonly Entry[]): Workspace | null {
  return entries.reduce<Workspace | null>(workspaceAfter, null);
}

/** The registration after one more entry of its chain; other entries change nothing. */
export function workspaceAfter(before: Workspace | null, entry: Entry): Workspace | null {
  switch (entry.type) {
    case 'workspace.added':
      return registrationIn(entry);
    case 'workspace.removed':
      return null;
    case 'workspace.paused':
      return before && { ...before, paused: (entry.data as { readonly reason: string }).reason };
    case 'workspace.resumed':
      return before && { ...before, paused: null };
    case 'workspace.tip_accepted': {
      const { tip, landings } = entry.data as unknown as Baseline;
      return before && { ...before, baseline: { tip, landings }, paused: null };
    }
    default:
      return before;
  }
}

/** What a token may do, and whether it may any more. */
export interface ToldToken {
  readonly subject: string;
  readonly role: Role;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
}

/** The token that its entries tell of, in the order of the chain; null when none issued it. */
export function foldToken(entries: readonly Entry[]): ToldToken | null {
  const issued = entries.findLast(({ type }) => type === 'token.issued');
  if (issued === undefined) return null;
  const { subject, role, expiresAt } = issued.data as unknown as ToldToken;
  const revoked = entries.find(({ type }) => type === 'token.revoked');
  return { subject, role, expiresAt, revokedAt: revoked?.at ?? null };
}
