import type { Task } from './tasks/task.ts';
import type { IsolationLevel } from './verdict.ts';

/** Which side asked for a check. The workspace's own come from `ghost.yml` at the base commit, out of a patch's reach. */
export type CheckSource = 'policy' | 'workspace' | 'patch';

export interface Check {
  readonly name: string;
  readonly source: CheckSource;
  readonly task: Task;
  /** Of one run. */
  readonly timeoutMs: number;
  /** Checks of one stage run side by side; stages, counted from 0 within a source, one after the other. */
  readonly stage: number;
  /** Names of checks of the same source that have to pass first. */
  readonly needs: readonly string[];
  /** How often it is run again after it failed; 0 for never. A pass after that is recorded as such. */
  readonly retries: number;
  /** Globs: it is run only for a patch that touches a path which one of them matches. Empty: for every patch. */
  readonly paths: readonly string[];
  /** Below this level of isolation it is not run, and what is not run is no pass. */
  readonly level: IsolationLevel;
}

/** What a check has that says nothing about it. */
export const PLAIN_RULES = {
  stage: 0,
  needs: [],
  retries: 0,
  paths: [],
  level: 0,
} as const satisfies Partial<Check>;

/** All that must hold for a patch to land, in the order it is run. `fingerprint` names the whole by content. */
export interface Gate {
  readonly checks: readonly [Check, ...Check[]];
  readonly fingerprint: string;
}
