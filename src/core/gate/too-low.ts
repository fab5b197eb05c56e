import { ISOLATION_FOR_BROUGHT } from './brought-checks.ts';
import type { Check } from './check.ts';
import type { IsolationLevel } from './verdict.ts';

interface Machine {
  readonly level: IsolationLevel;
  readonly description: string;
}

/** Why checks may not run on this machine, or null: by the policy's minimum for all, that of each, and that for what patches bring. */
export function whyTooLow(
  { level, description }: Machine,
  { checks, minimum }: { readonly checks: readonly Check[]; readonly minimum: IsolationLevel },
): string | null {
  const gives = `this machine gives ${level}: ${description}`;
  if (level < minimum) return `policy asks for isolation level ${minimum}, ${gives}`;
  const asking = checks.find((check) => check.level > level);
  if (asking) return `check ${asking.name} asks for isolation level ${asking.level}, ${gives}`;
  const brought = checks.filter(({ source }) => source === 'patch').length;
  if (brought === 0 || level >= ISOLATION_FOR_BROUGHT) return null;
  return `the patch brings checks of its own (${brought}), which run at isolation level ${ISOLATION_FOR_BROUGHT} or more, ${gives}`;
}
