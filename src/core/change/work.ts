/** How much searching one patch may cause, in line comparisons and candidates, so that no patch makes time quadratic. */
export interface Work {
  readonly limit: number;
  spent: number;
}

/** About a second of searching; 200 hunks on a file of 10,000 lines that all look alike take a tenth of it. */
const WORK_LIMIT = 20_000_000;

export function newWork(limit = WORK_LIMIT): Work {
  return { limit, spent: 0 };
}

/** Counts steps; false once there is no work left. */
export function spend(work: Work, steps: number): boolean {
  work.spent += steps;
  return work.spent <= work.limit;
}
