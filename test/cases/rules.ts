import type { Outcome } from './cases.ts';

/** Why Ghost's outcome may differ from the reference's in some cases of a source. `said` is what one of the two said. */
export interface Rule<Case> {
  readonly kind: 'stricter' | 'more generous' | 'another tool';
  readonly rule: string;
  readonly when: (one: Case, said: string) => boolean;
}

/** The outcome by the first rule that explains it; without one it is wrong. */
export function explained<Case>(rules: readonly Rule<Case>[], one: Case, said: string): Outcome {
  const found = rules.find(({ when }) => when(one, said));
  return found === undefined ? { kind: 'wrong', what: said } : { kind: found.kind, rule: found.rule };
}
