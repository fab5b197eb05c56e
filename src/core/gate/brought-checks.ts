import type { BroughtCheck } from '../change/change.ts';
import { type Check, PLAIN_RULES } from './check.ts';
import { DEFAULT_TIMEOUT_MS } from './check-entry.ts';
import type { IsolationLevel } from './verdict.ts';

/** What a patch brings was written by its author alone, so it runs only where a check can reach nothing but its copy. */
export const ISOLATION_FOR_BROUGHT: IsolationLevel = 2;

/** For all that one patch brings: its author must not keep a line standing for longer. */
export const BROUGHT_TOGETHER_MS = 10 * 60_000;

/** A check with the time that those before it have left to it. `spentMs`: by the checks that the patch brought. */
export function withTimeLeft(check: Check, spentMs: number): Check {
  if (check.source !== 'patch') return check;
  const leftMs = Math.max(1, BROUGHT_TOGETHER_MS - spentMs);
  return { ...check, timeoutMs: Math.min(check.timeoutMs, leftMs) };
}

/** Whether a check of a patch has less than its own time, because others of the patch have spent it. */
export function isShortened({ source, timeoutMs }: Pick<Check, 'source' | 'timeoutMs'>): boolean {
  return source === 'patch' && timeoutMs < DEFAULT_TIMEOUT_MS;
}

/** The checks that a patch brings along, each under a name of its own. */
export function checksOfPatch(brought: readonly BroughtCheck[]): readonly Check[] {
  const counts = new Map<string, number>();
  return brought.map(({ name, script }, stage) => {
    const nth = (counts.get(name) ?? 0) + 1;
    counts.set(name, nth);
    return {
      ...PLAIN_RULES,
      name: nth === 1 ? name : `${name} (${nth})`,
      source: 'patch',
      task: { kind: 'command', command: { kind: 'script', script } },
      timeoutMs: DEFAULT_TIMEOUT_MS,
      stage,
    };
  });
}
