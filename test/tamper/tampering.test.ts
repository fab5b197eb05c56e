import assert from 'node:assert/strict';
import { it } from 'node:test';
import { seeded } from '../conformance/random.ts';
import { tamper, verifyAll } from './campaign.ts';
import { makeLandings } from './landings.ts';

const SEED = 20_261_123;

it('A random change to what is stored or signed of a landed patch is found, whatever it is', async (test) => {
  const landings = await makeLandings(10, () => undefined);
  test.after(() => landings.line.close());
  const { ok, unproven } = await verifyAll(landings);
  assert.deepEqual([ok, unproven], [true, []]);
  const trials = await tamper(landings, { trials: 50, random: seeded(SEED), told: () => undefined });
  test.diagnostic(`seed ${SEED}, ${trials.length} changes`);
  assert.deepEqual(
    trials.filter(({ found }) => found === null).map(({ where, patch }) => `${where} of ${patch}`),
    [],
  );
  assert.equal((await verifyAll(landings)).ok, true);
});
