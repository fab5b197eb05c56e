import type { FileChange } from '../../core/change/change.ts';
import type { Check } from '../../core/gate/check.ts';
import type { Task } from '../../core/gate/tasks/task.ts';
import type { Tip, TreeId } from '../../core/git.ts';
import type { Patch } from '../../core/patch/patch.ts';
import type { Repository } from '../../ports/repository.ts';
import type { Needs } from '../needs.ts';

/** What a gate is asked about: a patch applied to its base, in memory, as the tree that will land. */
export interface Candidate {
  readonly patch: Patch;
  readonly base: Tip;
  readonly tree: TreeId;
  /** Every path that it changes, with its bytes before and after. */
  readonly files: readonly FileChange[];
  /** The message that its commit would have. */
  readonly message: string;
  /** Whether a person has accepted what checks found on exactly this tree, after they had found it. */
  readonly approval: 'given' | 'none';
}

/** One check, to be run on one candidate. */
export interface CheckJob<T extends Task = Task> {
  readonly check: Check & { readonly task: T };
  readonly candidate: Candidate;
  readonly repository: Repository;
  /** Aborted where the answer is wanted no more: by a stop, a lost lease, a cancellation. */
  readonly signal: AbortSignal;
}

export type CheckNeeds = Pick<
  Needs,
  | 'policy'
  | 'services'
  | 'sandbox'
  | 'outputs'
  | 'runLogs'
  | 'packages'
  | 'hidden'
  | 'clock'
  | 'secrets'
  | 'camera'
>;
