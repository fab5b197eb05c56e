/**
 * The landing sequence, by name, in the order in which its steps are reached. Between any two of them the process may
 * die, stop or lose its lease; what happens then is in ARCHITECTURE.md, and a test kills a runner at each.
 */
export const LANDING_STEPS = [
  'lease-taken',
  'fence-raised',
  'recovered',
  'claimed',
  'tree-built',
  'checks-run',
  'verdicts-recorded',
  'commit-built',
  'intent-recorded',
  'branch-moved',
  'read-back',
  'landing-recorded',
  'worktree-followed',
  'follow-recorded',
  'evidence-kept',
  'attestation-recorded',
] as const;
export type LandingStep = (typeof LANDING_STEPS)[number];

/** Told of each step as it is reached, and waited for: progress for people, a place to die for tests. */
export type StepObserver = (step: LandingStep, subject: string) => void | Promise<void>;
