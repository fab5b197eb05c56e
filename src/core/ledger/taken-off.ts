import { type Patch, takenOffIn } from '../patch/patch.ts';
import { advance } from '../patch/transition.ts';
import type { StepFacts } from './patch-entry.ts';

interface Taking {
  readonly name: string;
  readonly actor: string;
  readonly at: number;
  readonly reason: string;
}

/** The step of a patch that is not on the branch any more which an operator accepts; null where there is nothing to tell. */
export function takenOffStep(
  patch: Patch | null,
  { name, actor, at, reason }: Taking,
): (StepFacts & { readonly before: Patch }) | null {
  if (patch?.workspace !== name || patch.state.name !== 'landed' || takenOffIn(patch.state)) return null;
  const event = { type: 'taken_off', by: actor, reason } as const;
  return { before: patch, after: advance(patch, event, at), event, at, actor };
}
