import type { Point } from '../fault-points.ts';
import type { Actor } from './actor.ts';

/** One effect that a process asks for. What it does at the store it does at once and whole. */
export interface Effect<T> {
  readonly point: Point;
  readonly apply: () => T | Promise<T>;
  /** Between application and answer: what was written becomes durable. */
  readonly settle?: () => void;
  /** Blocks until this holds, or until `deadline` (virtual time) has passed. */
  readonly ready?: () => boolean;
  readonly deadline?: number;
  /** How a failure is told: throws, or returns the answer that stands for it. */
  readonly failing?: (kind: 'fail' | 'unknown') => T;
  /** What stays at the store where the effect is cut off by death, lack of room or power: part of it. */
  readonly tear?: () => void;
}

export type Phase = 'asked' | 'applied';

/** What the scheduler can do next, if its actor runs and its time has come. */
export interface Step {
  readonly actor: Actor;
  /** Null for what is no effect: a timer, a signal, a hint. */
  readonly point: Point | null;
  readonly label: string;
  phase: Phase;
  /** Virtual time before which it cannot be. */
  readonly at: number;
  readonly ready: (() => boolean) | null;
  readonly deadline: number;
  /** Sent before its actor stopped or died: it goes on by itself. */
  inFlight: boolean;
  /** Takes it one phase further; true when that was its last one. */
  readonly run: (step: Step) => boolean;
  readonly fault: (step: Step, kind: 'fail' | 'unknown') => void;
  readonly tear: (() => void) | null;
  /** It will never happen. */
  readonly drop: (() => void) | null;
}
