import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { measureDependency } from '../../src/app/measure-dependency.ts';
import { readStatus } from '../../src/app/read-status.ts';
import type { Dependency, Finding, Measured } from '../../src/ports/dependency.ts';
import { type HandClock, handClock } from '../conformance/hand-clock.ts';
import { openWorld } from '../world/needs.ts';

const needs = { clock: { ...handClock(), sleep: () => new Promise<void>(() => {}) } };
const gone = () => Promise.reject(new Error('connection refused'));

function given(need: Dependency['need'], measure: Dependency['measure']): Dependency {
  return { name: 'store', serves: ['cache', 'registry'], need, measure };
}

function measured(...findings: readonly Finding[]): Dependency['measure'] {
  const answer: Measured = { latencyMs: 3, version: '7.0', details: { role: 'master' }, findings };
  return async () => answer;
}

function finding(setting: string): Finding {
  return { setting, got: 'no', expected: 'yes', fix: 'turn it on' };
}

describe('a dependency that is measured', () => {
  it('tells what it serves, its version and its latency', async () => {
    assert.deepEqual(await measureDependency(needs, given('required', measured())), {
      ...{ name: 'store', serves: ['cache', 'registry'], need: 'required', health: 'healthy' },
      ...{ latencyMs: 3, ageMs: 0, version: '7.0', problem: null, details: { role: 'master' }, findings: [] },
    });
  });

  it('is unhealthy when it is lost and required, and degraded when it is lost and optional', async () => {
    for (const [need, expected] of [
      ['required', 'unhealthy'],
      ['optional', 'degraded'],
    ] as const) {
      const { health, problem, latencyMs } = await measureDependency(needs, given(need, gone));
      assert.deepEqual([health, problem, latencyMs], [expected, 'connection refused', null]);
      const silent = given(need, () => new Promise(() => {}));
      const late = await measureDependency({ clock: handClock() }, silent);
      assert.deepEqual([late.health, late.problem], [expected, 'no answer within 2000 ms']);
    }
  });

  it('is degraded by what is found of it, required or not, and says the first of it', async () => {
    const findings = [finding('appendonly'), finding('majority')];
    for (const need of ['required', 'optional'] as const) {
      const { health, problem, ...told } = await measureDependency(needs, given(need, measured(...findings)));
      assert.deepEqual([health, problem], ['degraded', 'appendonly is no, expected yes']);
      assert.deepEqual(told.findings, findings);
    }
  });

  it('is not degraded by what whoever set it up chose, which is told all the same', async () => {
    const chosen: Finding = { ...finding('replica set'), lasting: true };
    const alone = await measureDependency(needs, given('required', measured(chosen)));
    assert.deepEqual([alone.health, alone.problem, alone.findings], ['healthy', null, [chosen]]);
    const both = await measureDependency(needs, given('required', measured(chosen, finding('clock'))));
    assert.deepEqual([both.health, both.problem], ['degraded', 'clock is no, expected yes']);
  });
});

describe('a dependency that many ask for at once', () => {
  /** Keeps every look at it, for the test to end. */
  function counted(clock: HandClock) {
    const looks: PromiseWithResolvers<Measured>[] = [];
    const store = given('required', () => {
      const look = Promise.withResolvers<Measured>();
      looks.push(look);
      return look.promise;
    });
    const patient = { ...clock, sleep: () => new Promise<void>(() => {}) };
    const ask = () => measureDependency({ clock: patient }, store);
    return { looks, ask };
  }
  const well: Measured = { latencyMs: 3, version: null, details: null, findings: [] };

  it('is looked at once: those who come while that is under way join it', async () => {
    const clock = handClock();
    const { looks, ask } = counted(clock);
    const first = ask();
    clock.turn(1_500);
    const second = ask();
    assert.equal(looks.length, 1);
    looks[0]?.resolve(well);
    assert.deepEqual(
      (await Promise.all([first, second])).map(({ health, ageMs }) => [health, ageMs]),
      [
        ['healthy', 0],
        ['healthy', 1_500],
      ],
    );
  });

  it('is told again with its age for 2 s, lost or not, and then looked at anew', async () => {
    const clock = handClock();
    const { looks, ask } = counted(clock);
    const first = ask();
    looks[0]?.reject(new Error('gone'));
    assert.equal((await first).problem, 'gone');
    clock.turn(1_999);
    const again = await ask();
    assert.deepEqual([again.problem, again.ageMs, looks.length], ['gone', 1_999, 1]);
    clock.turn(1);
    const anew = ask();
    looks[1]?.resolve(well);
    assert.deepEqual([(await anew).health, (await anew).ageMs, looks.length], ['healthy', 0, 2]);
  });

  it('is looked at anew after 2 s while a look hangs, so that it is found again when it is back', async () => {
    const clock = handClock();
    const { looks, ask } = counted(clock);
    void ask();
    clock.turn(2_000);
    const anew = ask();
    looks[1]?.resolve(well);
    assert.deepEqual([(await anew).health, looks.length], ['healthy', 2]);
  });
});

describe('the status of the whole', () => {
  it('is degraded without what is optional, and unhealthy without what is required', async (t) => {
    const well = given('required', measured());
    for (const [dependencies, expected] of [
      [[well, given('optional', gone)], 'degraded'],
      [[well, given('required', gone)], 'unhealthy'],
      [[well], 'healthy'],
    ] as const) {
      const world = await openWorld({ dependencies });
      t.after(() => world.close());
      assert.equal((await readStatus(world.needs)).health, expected);
    }
  });
});
