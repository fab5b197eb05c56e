/** What an author may ask for beyond what is done for every patch. */
export const FLAGS = [
  'enforceValidationGate',
  'strictRuntimeAudit',
  'runDryCheck',
  'forceRuntimeTrace',
  'requireMutationProof',
  'requireServiceUptime',
] as const;
export type Flag = (typeof FLAGS)[number];

/** What a patch says of itself beside its edits, and is held to. It never changes after acceptance. */
export interface PatchTerms {
  /** The phase of the plan that it belongs to, as in `P14`; null for none. */
  readonly phase: string | null;
  /** In the order of `FLAGS`, each at most once. */
  readonly flags: readonly Flag[];
}

export const NO_TERMS: PatchTerms = { phase: null, flags: [] };

export function flagNamed(name: string): Flag | null {
  return FLAGS.find((flag) => flag === name) ?? null;
}

/** Both, each once, in the order of `FLAGS`. */
export function joinFlags(one: readonly Flag[], other: readonly Flag[]): readonly Flag[] {
  return FLAGS.filter((flag) => one.includes(flag) || other.includes(flag));
}

/** Those that a text names with commas between them; what is no flag is left out. */
export function flagsIn(text: string | null): readonly Flag[] {
  const names = (text ?? '').split(',');
  return FLAGS.filter((flag) => names.includes(flag));
}
