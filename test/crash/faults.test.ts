import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { LANDING_STEPS } from '../../src/core/patch/landing-step.ts';
import { type Fault, faultOf, faultText, STEP_FAULTS } from './harness/fault.ts';
import { FAKETIME_LIBRARY } from './harness/lanes.ts';
import { faultsAt, pointsOfLanding } from './harness/points.ts';
import { race, randomOf } from './harness/race.ts';
import { Scene } from './harness/scene.ts';
import { STRACE } from './harness/strace.ts';
import type { Trial } from './harness/trial.ts';
import { Trials } from './harness/trials.ts';

const SEED = 20_261_122;
const SAMPLE = 4;
const KNOWN_SHARE_REACHED = 0.75;

/** Said aloud where it may be missing; where tests have to be whole, what is missing fails them. */
function without(file: string, name: string): string | false {
  if (existsSync(file) || process.env.CI === 'true') return false;
  return `no ${file}: apt-get install ${name}`;
}

/** One line for all tests of a group, as in the campaign: each successor is the next one's victim. */
function aLineOfTrials() {
  let scene: Scene;
  let trials: Trials;
  before(async () => {
    scene = await Scene.open();
    trials = new Trials(scene);
  });
  after(async () => {
    await trials.close();
    try {
      assert.deepEqual(await scene.allViolations(), []);
    } finally {
      await scene.close();
    }
  });
  return {
    scene: () => scene,
    inflict: (fault: Extract<Fault, { kind: 'step' | 'call' }>) => trials.inflict(fault),
  };
}

function assertHarmless({ fault, violations }: Trial): void {
  assert.deepEqual(violations, [], `npm run crash -- --replay ${faultText(fault)}`);
}

describe('a runner that stops past its lease and goes on when its successor has finished', () => {
  const line = aLineOfTrials();
  for (const step of LANDING_STEPS) {
    it(`changes nothing any more, stopped at ${step}`, async () => {
      const trial = await line.inflict({ kind: 'step', step, how: 'stop' });
      assertHarmless(trial);
      assert.ok(trial.reached);
    });
  }
});

describe('a runner to which something happens', () => {
  const line = aLineOfTrials();
  for (const step of ['claimed', 'intent-recorded', 'branch-moved'] as const) {
    it(`an error at ${step}: brings the line to rest by itself`, async () => {
      const trial = await line.inflict({ kind: 'step', step, how: 'fail' });
      assertHarmless(trial);
      assert.ok(trial.reached);
    });
  }

  for (const how of ['forward', 'back'] as const) {
    const skip = without(FAKETIME_LIBRARY, 'libfaketime');
    it(`its clock jumps ${how} by an hour: it lands, and so does the next one, whose clock is right`, {
      skip,
    }, async () => {
      const trial = await line.inflict({ kind: 'step', step: 'intent-recorded', how });
      assertHarmless(trial);
      assert.ok(trial.reached);
    });
  }

  it('two others who want the same line, and all are killed now and then', async () => {
    assertHarmless(await race(line.scene(), SEED));
  });
});

describe('a fault at a system call', { skip: without(STRACE.program, 'strace') }, () => {
  const line = aLineOfTrials();
  it(`is harmless at ${SAMPLE} of all points, by seed ${SEED}`, async (t) => {
    const points = await pointsOfLanding();
    const random = randomOf(SEED);
    let reached = 0;
    for (let n = 0; n < SAMPLE; n++) {
      const point = points[random(points.length)];
      const faults = point === undefined ? [] : faultsAt(point);
      const fault = faults[random(faults.length)];
      assert.ok(fault?.kind === 'call');
      const trial = await line.inflict(fault);
      assertHarmless(trial);
      reached += trial.reached ? 1 : 0;
      if (!trial.reached) t.diagnostic(`unreached: ${faultText(fault)}`);
      for (const lock of trial.leftToPerson) t.diagnostic(`left to a person: ${lock}, ${faultText(fault)}`);
    }
    t.diagnostic(`${points.length} points, ${SAMPLE} sampled, ${reached} reached`);
    assert.ok(reached >= SAMPLE * KNOWN_SHARE_REACHED, `${reached} reached`);
  });
});

describe('a fault as text', () => {
  it('is read back as it was', () => {
    const steps = STEP_FAULTS.flatMap((how) => LANDING_STEPS.map((step) => `${how}@${step}`));
    const others = ['stop@pool:1:fsync:3', 'orphan@writer:1:rename:2', 'kill@120ms', 'kill@race/7'];
    for (const text of [...steps, ...others, 'kill@gateway/ledger:1:fsync:1'])
      assert.equal(faultText(faultOf(text)), text);
  });

  it('that nobody wrote is refused', () => {
    for (const text of ['', 'kill', 'kill@nowhere', 'forward@pool:1:fsync:3', 'fail@120ms'])
      assert.throws(() => faultOf(text), TypeError, text);
  });
});
