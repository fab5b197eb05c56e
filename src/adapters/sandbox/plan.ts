import type { IsolationLevel } from '../../core/gate/verdict.ts';
import type { ControlGroups } from './control-group.ts';
import type { Architecture } from './denied-calls.ts';

/** One way to fence commands off, with the programs that it needs, found. */
export type Plan =
  | NamespacePlan
  | { readonly kind: 'plain-user'; readonly setpriv: string; readonly prlimit: string }
  | { readonly kind: 'none' };

export interface NamespacePlan {
  readonly kind: 'namespaces';
  readonly bwrap: string;
  readonly setpriv: string;
  readonly prlimit: string;
  readonly architecture: Architecture;
  readonly groups: ControlGroups | null;
  /** What mounts layers; null where they cannot be. */
  readonly layers: LayerTools | null;
}

export interface LayerTools {
  readonly unshare: string;
  readonly mount: string;
}

/** Level 3 is memory, processes and processor time, of the command as a whole. */
export function levelOf(plan: Plan): IsolationLevel {
  if (plan.kind === 'none') return 0;
  if (plan.kind === 'plain-user') return 1;
  return plan.groups?.cpu ? 3 : 2;
}
