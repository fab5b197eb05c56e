import type { Mutant } from './mutate.ts';

/** The rule of `stale-locks.ts` as the simulated machine has it. */
const ANY_LOCK = {
  file: 'test/simulation/machine/ref-host.ts',
  text: '!file.isMarked || !looksOurs(file.content) || (isApart && file.owner.isAlive)',
  replacement: 'false',
};

export const STALE_LOCK_MUTANTS: readonly Mutant[] = [
  {
    name: 'any-lock-at-landing',
    wrong: 'whatever lock stands in the way of a landing is removed, as if old enough',
    changes: [
      ANY_LOCK,
      {
        file: 'src/adapters/git/fence.ts',
        text: 'const { branchRef, fenceRef } = this.#host;',
        replacement: `const { branchRef, fenceRef } = this.#host;
    await this.#host.clearLandingLocks(intent.commit, this.#standing.id);`,
      },
    ],
  },
];
