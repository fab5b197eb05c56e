import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Diagnosis, diagnose } from '../../src/app/diagnose.ts';
import { diagnosesOfStore } from '../../src/app/diagnose-store.ts';
import type { DependencyStatus } from '../../src/app/measure-dependency.ts';
import { fail } from '../../src/core/errors.ts';
import type { Finding } from '../../src/ports/dependency.ts';
import { handClock } from '../conformance/hand-clock.ts';

const patient = { clock: { ...handClock(), sleep: () => new Promise<void>(() => {}) } };
const seen = (what: string, state: Diagnosis['state'] = 'ok'): Diagnosis => ({
  what,
  state,
  saw: '',
  fix: null,
});
const one = (...given: readonly Diagnosis[]) => ({ what: given[0]?.what ?? '', examine: async () => given });

describe('a diagnosis of everything', () => {
  it('is told in order, and is as bad as the worst of it', async () => {
    const all = [one(seen('home')), one(seen('redis', 'degraded'), seen('clock of redis'))];
    const { state, diagnoses } = await diagnose(patient, all);
    assert.deepEqual(
      [state, diagnoses.map(({ what }) => what)],
      ['degraded', ['home', 'redis', 'clock of redis']],
    );
    assert.equal((await diagnose(patient, [...all, one(seen('ledger', 'refused'))])).state, 'refused');
    assert.equal((await diagnose(patient, [])).state, 'ok');
  });

  it('takes what an examination throws, or does not say in time, for a refusal', async () => {
    const throws = async () => {
      throw fail('port_in_use', { port: 1, host: 'h', what: 'The gateway' });
    };
    const { diagnoses } = await diagnose(patient, [{ what: 'port', examine: throws }, one(seen('home'))]);
    assert.deepEqual(
      diagnoses.map(({ what, state }) => [what, state]),
      [
        ['port', 'refused'],
        ['home', 'ok'],
      ],
    );
    assert.ok(diagnoses[0]?.fix, 'the hint of the error');
    const silent = { what: 'sandbox', examine: () => new Promise<never>(() => {}) };
    const late = await diagnose({ clock: handClock() }, [silent]);
    assert.deepEqual([late.state, late.diagnoses[0]?.saw], ['refused', 'no answer within 60 s']);
  });
});

describe('the diagnosis of a store', () => {
  const status: DependencyStatus = {
    ...{ name: 'redis', serves: ['cache'], need: 'optional', health: 'healthy', latencyMs: 1.4, ageMs: 0 },
    ...{ version: '7.0.15', problem: null, details: { clockDifferenceMs: -12 }, findings: [] },
  };
  const finding = (setting: string): Finding => {
    return { setting, got: 'no', expected: 'yes', fix: 'turn it on' };
  };
  const told = (given: Partial<DependencyStatus>) =>
    diagnosesOfStore({ ...status, ...given }, 'GHOST_REDIS_URL').map(({ what, state, saw, fix }) => [
      what,
      state,
      saw,
      fix,
    ]);

  it('says its version, its latency, what it serves, and how far its clock is off', () => {
    assert.deepEqual(told({}), [
      ['redis', 'ok', '7.0.15, 1 ms, serves cache', null],
      ['clock of redis', 'ok', '12 ms behind the clock of this machine', null],
    ]);
  });

  it('has a line for each setting that is not as it should be, and one for the clock', () => {
    const details = { clockDifferenceMs: 4_000 };
    assert.deepEqual(
      told({ details, health: 'degraded', findings: [finding('appendonly'), finding('clock')] }),
      [
        ['redis', 'ok', '7.0.15, 1 ms, serves cache', null],
        ['redis, appendonly', 'degraded', 'appendonly is no, expected yes', 'turn it on'],
        [
          'clock of redis',
          'degraded',
          '4000 ms ahead of the clock of this machine, expected yes',
          'turn it on',
        ],
      ],
    );
  });

  it('is refused where it is required and does not answer, and degraded where it is optional', () => {
    const gone = { latencyMs: null, details: null, problem: 'connection refused' };
    const fix = 'see that it runs and can be reached from here, or correct GHOST_REDIS_URL';
    assert.deepEqual(told({ ...gone, health: 'unhealthy' }), [
      ['redis', 'refused', 'connection refused', fix],
    ]);
    assert.deepEqual(told({ ...gone, health: 'degraded' }), [
      ['redis', 'degraded', 'connection refused', fix],
    ]);
  });
});
