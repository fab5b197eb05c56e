import type { BroughtCheck } from '../change/change.ts';
import type { Check } from './check.ts';
import { DEFAULT_TIMEOUT_MS } from './gate-file.ts';
import type { IsolationLevel } from './verdict.ts';

/** What a patch brings was written by its author alone, so it runs only where a check can reach nothing but its copy. */
export const ISOLATION_FOR_BROUGHT: IsolationLevel = 2;

/** The checks that a patch brings along, each under a name of its own. */
export function checksOfPatch(brought: readonly BroughtCheck[]): readonly Check[] {
  const counts = new Map<string, number>();
  return brought.map(({ name, script }) => {
    const nth = (counts.get(name) ?? 0) + 1;
    counts.set(name, nth);
    return {
      name: nth === 1 ? name : `${name} (${nth})`,
      source: 'patch',
      command: { kind: 'script', script },
      timeoutMs: DEFAULT_TIMEOUT_MS,
    };
  });
}
