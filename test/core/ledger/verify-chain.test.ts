import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ChainHead, type Entry, sealEntry } from '../../../src/core/ledger/entry.ts';
import { type ChainProblem, verifyChain } from '../../../src/core/ledger/verify-chain.ts';
import { pick, seeded } from '../../conformance/random.ts';

const SEED = 20_261_122;
const ROUNDS = 400;

function givenChain(length: number, chain = 'main'): Entry[] {
  const entries: Entry[] = [];
  for (let n = 1; n <= length; n++) {
    const draft = { chain, at: n * 1000, actor: 'ada', type: 'patch.held', subject: `p_${n}` };
    entries.push(sealEntry({ ...draft, data: { n, paths: ['a', 'b'] } }, entries.at(-1) ?? null));
  }
  return entries;
}

function headOf(entries: readonly Entry[]): ChainHead {
  const last = entries.at(-1);
  if (!last) throw new Error('an empty chain has no head');
  return { chain: last.chain, n: last.n, hash: last.hash };
}

type Random = () => number;
type Damage = (entries: Entry[], random: Random) => Entry[];

const anyIndex = (entries: readonly Entry[], random: Random) => Math.floor(random() * entries.length);

/** Changes one field of an entry, whichever the random numbers pick. */
function edited(entry: Entry, random: Random): Entry {
  const changes: readonly Partial<Entry>[] = [
    { at: entry.at + 1 },
    { actor: `${entry.actor} ` },
    { type: 'patch.landed' },
    { subject: 'p_0' },
    { data: { n: entry.n, paths: ['a', 'c'] } },
    { data: null },
    { chain: 'other' },
    { n: entry.n + 1 },
    { previous: entry.hash },
    { hash: entry.previous },
  ];
  return { ...entry, ...pick(changes, random) };
}

/** Every way to damage a chain, with the kinds of problem of which one at least has to be reported for it. */
const DAMAGES: Readonly<Record<string, { by: Damage; shows: readonly ChainProblem['kind'][] }>> = {
  'an edited field': {
    by: (entries, random) => {
      const index = anyIndex(entries, random);
      return entries.map((entry, at) => (at === index ? edited(entry, random) : entry));
    },
    shows: ['edited'],
  },
  'an edited entry with its hash made to fit': {
    by: (entries, random) => {
      const index = anyIndex(entries, random);
      return entries.map((entry, at) =>
        at === index ? sealEntry({ ...entry, actor: 'eve' }, entries[index - 1] ?? null) : entry,
      );
    },
    shows: ['unlinked', 'replaced'],
  },
  'a dropped entry': {
    by: (entries, random) => entries.toSpliced(anyIndex(entries, random), 1),
    shows: ['missing', 'lost'],
  },
  'two entries in the place of each other': {
    by: (entries, random) => {
      const first = anyIndex(entries, random);
      const second = (first + 1 + anyIndex(entries.slice(1), random)) % entries.length;
      return entries.map((entry, at) =>
        at === first ? (entries[second] ?? entry) : at === second ? (entries[first] ?? entry) : entry,
      );
    },
    shows: ['reordered'],
  },
  'an entry that stands there twice': {
    by: (entries, random) => {
      const index = anyIndex(entries, random);
      return entries.toSpliced(index, 0, ...entries.slice(index, index + 1));
    },
    shows: ['repeated'],
  },
  'a tail cut off': {
    by: (entries, random) => entries.slice(0, anyIndex(entries, random)),
    shows: ['lost'],
  },
  'an entry after the head': {
    by: (entries) => [...entries, sealEntry({ ...headless(entries), actor: 'eve' }, headOf(entries))],
    shows: ['surplus'],
  },
  'an entry of another chain': {
    by: (entries, random) => {
      const index = anyIndex(entries, random);
      return entries.map((entry, at) =>
        at === index ? (givenChain(entry.n, 'other').at(-1) ?? entry) : entry,
      );
    },
    shows: ['foreign'],
  },
};

function headless(entries: readonly Entry[]): Entry {
  return pick(entries, () => 0);
}

describe('verifying a chain', () => {
  it('finds nothing wrong with a whole one, short or long', () => {
    assert.deepEqual(verifyChain([], null), []);
    for (const length of [1, 2, 50]) {
      const entries = givenChain(length);
      assert.deepEqual(verifyChain(entries, headOf(entries)), []);
      assert.deepEqual(verifyChain(entries, null), []);
    }
  });

  for (const [name, { by, shows }] of Object.entries(DAMAGES)) {
    it(`finds ${name}, wherever it is (${ROUNDS} chains, seed ${SEED})`, () => {
      const random = seeded(SEED);
      for (let round = 0; round < ROUNDS; round++) {
        const entries = givenChain(2 + Math.floor(random() * 12));
        const damaged = by(entries, random);
        const kinds = verifyChain(damaged, headOf(entries)).map(({ kind }) => kind);
        assert.ok(
          shows.some((kind) => kinds.includes(kind)),
          `round ${round}: ${kinds.join(', ') || 'nothing was found'}`,
        );
      }
    });
  }

  it('names every problem at once, each with its place', () => {
    const entries = givenChain(9);
    const [one, two, three, , five, six, seven] = entries;
    if (!(one && two && three && five && six && seven)) throw new Error('the chain is too short');
    const damaged = [one, three, two, { ...five, actor: 'eve' }, six, six, seven];
    const problems = verifyChain(damaged, headOf(entries)).map(({ kind, n }) => `${kind} ${n}`);
    assert.deepEqual(problems, ['edited 5', 'reordered 2', 'repeated 6', 'missing 4', 'lost 8']);
  });

  it('cannot see a lost tail without a head', () => {
    assert.deepEqual(verifyChain(givenChain(9).slice(0, 5), null), []);
  });
});
