import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { catches, howCaught } from './catches.ts';
import { MUTANTS } from './mutants.ts';
import { type Mutant, mutated } from './mutate.ts';

const FROM = 1;
/** Of each mutant at least as many schedules are run, and of one that none of them sees more, until one does. */
const FEWEST = 20;
const MOST = 6_000;

const sourceOf = (file: string) => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');

/** Loading the product is most of what a mutant costs that is soon seen: one thread for each, and two mutants at a time. */
const JOBS = 1;

describe('mutants of the protocol', { concurrency: 2 }, () => {
  for (const mutant of MUTANTS.filter(({ covered }) => covered === undefined))
    it(`are seen: ${mutant.wrong} (${mutant.name})`, async (test) => {
      const caught = await catches(mutant, { from: FROM, count: MOST, enough: FEWEST, jobs: JOBS });
      test.diagnostic(`${mutant.name}: ${howCaught(caught)}: ${caught.seen}`);
      assert.notEqual(caught.first, null);
    });

  for (const { name, wrong, changes, covered } of MUTANTS)
    if (covered !== undefined)
      it(`are seen together with what covers them: ${wrong} (${name})`, () => {
        const both = MUTANTS.find((one) => one.name === covered.seenIn);
        assert.ok(both !== undefined && both.covered === undefined);
        for (const change of changes) assert.ok(both.changes.includes(change));
      });

  for (const mutant of MUTANTS)
    it(`change the product as it stands: ${mutant.name}`, () => {
      for (const file of new Set(mutant.changes.map((change) => change.file))) {
        const source = sourceOf(file);
        assert.notEqual(mutated(mutant, file, source), source);
      }
    });

  it('are refused where their text is gone, or stands there twice', () => {
    const change = { file: 'a.ts', text: 'b', replacement: '' };
    const mutant: Mutant = { name: 'm', wrong: '', changes: [change] };
    assert.equal(mutated(mutant, 'a.ts', 'abc'), 'ac');
    assert.equal(mutated(mutant, 'other.ts', 'abc'), 'abc');
    assert.throws(() => mutated(mutant, 'a.ts', 'ac'), /exactly once in a.ts, found 0 times/);
    assert.throws(() => mutated(mutant, 'a.ts', 'abcb'), /found 2 times/);
  });

  it('have names of their own', () => {
    assert.equal(new Set(MUTANTS.map(({ name }) => name)).size, MUTANTS.length);
  });
});
