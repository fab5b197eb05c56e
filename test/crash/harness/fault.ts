import { LANDING_STEPS, type LandingStep } from '../../../src/core/patch/landing-step.ts';

/**
 * What is done at a step of the landing. `kill`: SIGKILL. `stop`: SIGSTOP until a successor has finished, then SIGCONT.
 * `fail`: an exception. `forward` and `back`: the runner's clock jumps by an hour.
 */
export const STEP_FAULTS = ['kill', 'stop', 'fail', 'forward', 'back'] as const;
export type StepFault = (typeof STEP_FAULTS)[number];

/**
 * Who makes a system call: a thread of the process (`main`, `pool`: libuv's, `ledger`), or a process that the runner
 * started (`writer`: git update-ref, `reader`: git cat-file, `git`: any other git, `check`: bubblewrap with all inside).
 */
export const THREADS = ['main', 'pool', 'ledger'] as const;
const CHILDREN = ['writer', 'reader', 'git', 'check'] as const;
export type Thread = (typeof THREADS)[number];
export type ChildKind = (typeof CHILDREN)[number];

/** The `nth` call of this name by the `run`-th process of its kind, both counted from 1; a thread is there once. */
export interface CallPoint {
  readonly who: Thread | ChildKind;
  readonly run: number;
  readonly call: string;
  readonly nth: number;
}

/** `orphan`: a process of the runner stops there, and then the runner is killed: its successor meets the one that lives. */
const CALL_FAULTS = ['kill', 'stop', 'orphan'] as const;
export type CallFault = (typeof CALL_FAULTS)[number];

export type Fault =
  | { readonly kind: 'step'; readonly step: LandingStep; readonly how: StepFault }
  | { readonly kind: 'call'; readonly at: CallPoint; readonly how: CallFault }
  | { readonly kind: 'moment'; readonly afterMs: number; readonly how: 'kill' | 'stop' }
  /** A gateway that accepts a patch; its client asks again, under the same key, until there is a receipt. */
  | { readonly kind: 'accept'; readonly at: CallPoint; readonly how: 'kill' }
  /** Several runners of one line, killed in an order that the seed decides. */
  | { readonly kind: 'race'; readonly seed: number; readonly how: 'kill' };

/** As it is given to a replay: `kill@claimed`, `stop@pool:1:fsync:3`, `kill@120ms`, `kill@gateway/main:1:write:2`, `kill@race/7`. */
export function faultText(fault: Fault): string {
  switch (fault.kind) {
    case 'step':
      return `${fault.how}@${fault.step}`;
    case 'call':
      return `${fault.how}@${pointText(fault.at)}`;
    case 'moment':
      return `${fault.how}@${fault.afterMs}ms`;
    case 'accept':
      return `${fault.how}@gateway/${pointText(fault.at)}`;
    case 'race':
      return `${fault.how}@race/${fault.seed}`;
  }
}

/** @throws TypeError for what faultText never says */
export function faultOf(text: string): Fault {
  const [how = '', where = ''] = text.split('@');
  const step = oneOf(LANDING_STEPS, where);
  const stepFault = oneOf(STEP_FAULTS, how);
  if (step && stepFault) return { kind: 'step', step, how: stepFault };
  const callFault = oneOf(CALL_FAULTS, how);
  const at = pointOf(where);
  if (at && callFault) return { kind: 'call', at, how: callFault };
  const [, afterMs] = /^(\d+)ms$/.exec(where) ?? [];
  if (afterMs && (how === 'kill' || how === 'stop')) return { kind: 'moment', afterMs: Number(afterMs), how };
  const [, place, rest = ''] = /^(gateway|race)\/(.+)$/.exec(where) ?? [];
  const accepted = pointOf(rest);
  if (how === 'kill' && place === 'gateway' && accepted) return { kind: 'accept', at: accepted, how };
  if (how === 'kill' && place === 'race' && /^\d+$/.test(rest))
    return { kind: 'race', seed: Number(rest), how };
  throw new TypeError(`${text} is no fault; one is kill@claimed, stop@pool:1:fsync:3 or kill@120ms`);
}

export function isThread(who: CallPoint['who']): who is Thread {
  return oneOf(THREADS, who) !== undefined;
}

function pointText({ who, run, call, nth }: CallPoint): string {
  return [who, run, call, nth].join(':');
}

function pointOf(text: string): CallPoint | undefined {
  const [, who = '', run, call = '', nth] = /^([a-z]+):(\d+):([a-z_0-9]+):(\d+)$/.exec(text) ?? [];
  const known = oneOf([...THREADS, ...CHILDREN], who);
  return known && { who: known, run: Number(run), call, nth: Number(nth) };
}

function oneOf<T extends string>(known: readonly T[], text: string): T | undefined {
  return known.find((one) => one === text);
}
