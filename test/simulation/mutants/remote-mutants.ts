import type { Mutant } from './mutate.ts';

const REMOTE_FENCE = 'src/adapters/git/remote/remote-fence.ts';

const NO_FENCE = {
  file: REMOTE_FENCE,
  text: "        { ref: 'fence', from: this.#standing.id, to: next.id },\n",
  replacement: '',
};
const NO_BURNING = {
  file: REMOTE_FENCE,
  text: 'if (mayArrive(pushed) && this.#isOurs(seen)) {',
  replacement: 'if (false) {',
};
const NO_LOOK = {
  file: REMOTE_FENCE,
  text: 'if (await this.#holds(intent, seen)) return this.#moved(seen);\n    if (mayArrive',
  replacement: 'if (mayArrive',
};
const NO_LEASE = {
  file: REMOTE_FENCE,
  text: "{ ref: 'branch', from: base, to: commit },",
  replacement: "{ ref: 'branch', from: (await this.#refs.seen()).branch, to: commit },",
};

/** Of landing on a branch that lives elsewhere. */
export const REMOTE_MUTANTS: readonly Mutant[] = [
  {
    name: 'remote-by-force',
    wrong: 'a push to a remote moves the branch from wherever it is',
    changes: [NO_LEASE],
  },
  {
    name: 'remote-without-fence',
    wrong: 'a push to a remote is leased on the branch alone',
    changes: [NO_FENCE],
    covered: {
      by: 'the branch is leased, too, and nobody here takes a commit off it again',
      seenIn: 'remote-by-force-without-fence',
    },
  },
  {
    name: 'remote-by-force-without-fence',
    wrong: 'a push to a remote is leased on nothing',
    changes: [NO_LEASE, NO_FENCE],
  },
  {
    name: 'remote-without-burning',
    wrong: 'after a push without an answer the mark on which it was leased stays',
    changes: [NO_BURNING],
    covered: { by: 'a late push finds the branch moved on', seenIn: 'remote-believing-nothing' },
  },
  {
    name: 'remote-without-a-look',
    wrong: 'what the remote has is not looked at after a push without an answer',
    changes: [NO_LOOK],
    covered: { by: 'it is looked at once the mark has been burnt', seenIn: 'remote-believing-nothing' },
  },
  {
    name: 'remote-believing-nothing',
    wrong: 'a push without an answer counts as one that did not happen and cannot happen',
    changes: [NO_LOOK, NO_BURNING],
  },
];
