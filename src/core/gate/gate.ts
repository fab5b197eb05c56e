import { sha256 } from '../digest.ts';
import { canonicalJson } from '../json.ts';
import type { Check, Gate } from './check.ts';
import { whyVacuous } from './vacuous.ts';

export type Assembled =
  | { readonly kind: 'gate'; readonly gate: Gate }
  /** A check that can only pass proves nothing, and a gate that holds one claims more than it observes. */
  | { readonly kind: 'vacuous'; readonly check: Check; readonly why: string }
  | { readonly kind: 'nothing-can-fail'; readonly why: string };

/**
 * The gate of one patch: the policy's checks first, then the workspace's, then those that the patch brings, each in its
 * own order. Two sides may use the same name; the source tells them apart. A patch only adds: where the first two ask
 * for nothing there is no gate, whatever it brings.
 */
export function assembleGate(
  policy: readonly Check[],
  workspace: readonly Check[],
  patch: readonly Check[] = [],
): Assembled {
  const [first, ...more] = [...policy, ...workspace];
  const rest = [...more, ...patch];
  if (!first)
    return { kind: 'nothing-can-fail', why: 'neither the policy nor the workspace asks for any check' };
  for (const check of [first, ...rest]) {
    const why = whyVacuousCheck(check);
    if (why !== null) return { kind: 'vacuous', check, why };
  }
  const checks: Gate['checks'] = [first, ...rest];
  return { kind: 'gate', gate: { checks, fingerprint: sha256(canonicalJson(checks)) } };
}

/** Why a check proves nothing, in words, or null. Kinds that are ours can all fail. */
export function whyVacuousCheck({ task }: Check): string | null {
  return task.kind === 'command' ? whyVacuous(task.command) : null;
}
