import { sayFinding } from '../app/measure-dependency.ts';
import type { Dependency } from '../ports/dependency.ts';
import type { Wired } from './wire.ts';

export interface StoreProblem {
  readonly store: string;
  readonly problem: string;
  /** What to do, where a setting is the problem. */
  readonly fix: string | null;
}

/**
 * Asks what this process rests on, once as it starts, and tells what is wrong as soon as it is known. Nobody waits for
 * that: a store that may be lost may be lost as well while Ghost starts.
 */
export function tellStores(
  { needs, logger }: Pick<Wired, 'needs' | 'logger'>,
  tell: (problem: StoreProblem) => void = () => undefined,
): void {
  for (const dependency of needs.dependencies) {
    void problemsOf(dependency).then((problems) => {
      for (const problem of problems) {
        logger.warn('a store is not as it should be', { ...problem });
        tell(problem);
      }
    });
  }
}

async function problemsOf(dependency: Dependency): Promise<readonly StoreProblem[]> {
  const { name: store } = dependency;
  try {
    const { findings } = await dependency.measure();
    return findings.map((finding) => ({ store, problem: sayFinding(finding), fix: finding.fix }));
  } catch (error) {
    return [{ store, problem: error instanceof Error ? error.message : String(error), fix: null }];
  }
}
