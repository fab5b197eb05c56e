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
 * The gate of one patch: the policy's checks first, then the workspace's, each in its own order. Both sides may use
 * the same name; the source tells them apart.
 */
export function assembleGate(policy: readonly Check[], workspace: readonly Check[]): Assembled {
  const [first, ...rest] = [...policy, ...workspace];
  if (!first)
    return { kind: 'nothing-can-fail', why: 'neither the policy nor the workspace asks for any check' };
  for (const check of [first, ...rest]) {
    const why = whyVacuous(check.command);
    if (why !== null) return { kind: 'vacuous', check, why };
  }
  const checks: Gate['checks'] = [first, ...rest];
  return { kind: 'gate', gate: { checks, fingerprint: sha256(canonicalJson(checks)) } };
}
