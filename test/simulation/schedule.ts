import type { LineHistory } from '../world/history/line-history.ts';

export interface ScheduleOptions {
  readonly seed: number;
  /**
   * Numbers of the faults to inject, counted in the order in which the schedule would inject them; all when left out.
   * For shrinking.
   */
  readonly only?: ReadonlySet<number>;
  readonly trace?: (line: string) => void;
}

export type FaultKind = 'kill' | 'stop' | 'fail' | 'unknown' | 'power-loss';

/** A fault that changed an effect: the step at `point` was pending or on its way when it came. */
export interface InjectedFault {
  readonly number: number;
  readonly point: string;
  readonly kind: FaultKind;
}

export interface ScheduleOutcome {
  readonly seed: number;
  readonly steps: number;
  readonly faults: readonly InjectedFault[];
  readonly history: LineHistory;
  /** Lines of the audit log as they stand, torn ones included. */
  readonly auditLog: readonly string[];
  /** What the engine itself saw: stuck, an error that no caller caught, the relay broken. */
  readonly problems: readonly string[];
}

/** Runs one schedule to rest. The same seed gives the same trace, byte for byte. */
export function runSchedule({ seed }: ScheduleOptions): Promise<ScheduleOutcome> {
  return Promise.reject(new TypeError(`no engine runs seed ${seed} yet`));
}
