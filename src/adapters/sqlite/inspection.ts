/** What a ledger that is being inspected has told so far. */
export interface Inspection {
  readonly facts: Record<string, string | number>;
  readonly problems: string[];
}

/** What came of it; null where it failed, which is then told. */
export function attempt<T>({ problems }: Inspection, what: string, act: () => T): T | null {
  try {
    return act();
  } catch (error) {
    problems.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}
