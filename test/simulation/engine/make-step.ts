import { type Point, rulesOf } from '../fault-points.ts';
import type { Actor } from './actor.ts';
import type { Effect, Step } from './step.ts';

interface Answering<T> {
  readonly resolve: (value: T | Promise<T>) => void;
  readonly reject: (error: unknown) => void;
}

const NEVER = Number.POSITIVE_INFINITY;

/** An effect as the scheduler takes it: a read in one step, a write in two. */
export function stepOf<T>(
  { now, random }: { readonly now: number; readonly random: { chance(share: number): boolean } },
  actor: Actor,
  effect: Effect<T>,
  { resolve, reject }: Answering<T>,
): Step {
  const { point, apply, settle, failing = defaultFailure(point) } = effect;
  const isRead = rulesOf(point).does === 'read';
  let applied: T | Promise<T>;
  const answer = () => {
    settle?.();
    resolve(applied);
    return true;
  };
  const run = (step: Step) => {
    if (step.phase === 'applied') return answer();
    try {
      applied = apply();
    } catch (error) {
      reject(error);
      return true;
    }
    if (isRead) return answer();
    // Between application and answer nobody listens yet.
    if (applied instanceof Promise) applied.catch(() => undefined);
    step.phase = 'applied';
    step.inFlight = false;
    return !actor.isAlive;
  };
  return {
    ...{ actor, point, label: point, phase: 'asked', at: now, inFlight: false, run },
    ready: effect.ready ?? null,
    deadline: effect.deadline ?? NEVER,
    tear: effect.tear ?? null,
    drop: null,
    fault: (step, kind) => {
      if (kind === 'fail') effect.tear?.();
      else if (step.phase === 'asked' && random.chance(0.5)) run(step);
      try {
        resolve(failing(kind));
      } catch (error) {
        reject(error);
      }
    },
  };
}

export function timerOf(
  actor: Actor,
  at: number,
  { fire, free }: { readonly fire: () => void; readonly free: (() => void) | null },
): Step {
  return {
    ...{ actor, at, point: null, label: 'timer', phase: 'asked', inFlight: false },
    ...{ ready: null, deadline: NEVER, tear: null, drop: free },
    run: () => {
      free?.();
      fire();
      return true;
    },
    fault: () => undefined,
  };
}

function defaultFailure(point: Point): (kind: 'fail' | 'unknown') => never {
  return (kind) => {
    throw new Error(`simulated: ${point} ${kind === 'fail' ? 'failed' : 'has an unknown outcome'}`);
  };
}
