/** How often a patch may meet an error of ours before it fails as ours. */
export const MAX_ATTEMPTS = 3;
/** How often it may be found in a dead runner's hands: a patch that kills its runner must not do so for ever. */
export const MAX_RESCUES = 5;

const FIRST_DELAY_MS = 1_000;

/** Doubles with each attempt: 1 s, 2 s, 4 s. @param attempts how many have been spent before */
export function retryDelayMs(attempts: number): number {
  return FIRST_DELAY_MS * 2 ** attempts;
}

/** The last one before the attempts are spent. */
export const LONGEST_RETRY_DELAY_MS = retryDelayMs(MAX_ATTEMPTS - 1);
