import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { it } from 'node:test';
import { runSchedule } from './schedule.ts';

const SEEDS = Array.from({ length: 50 }, (_, at) => 7_001 + at);

async function digestOf(seed: number): Promise<string> {
  const hash = createHash('sha256');
  const outcome = await runSchedule({ seed, trace: (line) => hash.update(`${line}\n`) });
  hash.update(JSON.stringify(outcome));
  return hash.digest('hex');
}

it(`the same seed gives the same trace and outcome, ${SEEDS[0]} to ${SEEDS.at(-1)}`, async () => {
  const first = new Map<number, string>();
  for (const seed of SEEDS) first.set(seed, await digestOf(seed));
  // In the other order, so that nothing is remembered from one schedule to the next that changes it.
  for (const seed of SEEDS.toReversed()) assert.equal(await digestOf(seed), first.get(seed), `seed ${seed}`);
  assert.equal(new Set(first.values()).size, SEEDS.length);
});

it('a fault that is left out changes nothing before it', async () => {
  for (const seed of SEEDS) {
    const traceOf = async (only?: ReadonlySet<number>) => {
      const lines: string[] = [];
      const { faults } = await runSchedule({
        seed,
        ...(only && { only }),
        trace: (line) => lines.push(line),
      });
      return { lines, faults };
    };
    const all = await traceOf();
    const last = all.faults.at(-1)?.number;
    if (last === undefined) continue;
    const without = await traceOf(
      new Set(all.faults.map(({ number }) => number).filter((one) => one !== last)),
    );
    const at = all.lines.findLastIndex((line) => / fault \S+ at /.test(line));
    assert.deepEqual(without.lines.slice(0, at), all.lines.slice(0, at), `seed ${seed}`);
    assert.equal(without.faults.length, all.faults.length - 1);
  }
});
