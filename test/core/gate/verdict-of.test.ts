import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { digestOutput } from '../../../src/core/gate/output-digest.ts';
import { type ObservedRun, verdictOf } from '../../../src/core/gate/verdict-of.ts';
import { aCheck } from '../../world/checks.ts';

const OUTPUT = digestOutput(new Uint8Array(), false);
const CHECK = aCheck('npm test', { name: 'a', source: 'policy' });
const RAN: ObservedRun = {
  ending: 'exited',
  exitCode: null,
  signal: null,
  detail: null,
  startedAt: 5,
  durationMs: 7,
  environment: ['CI'],
  isolation: 2,
};

const ENDINGS: readonly (readonly [
  what: string,
  ran: Partial<ObservedRun>,
  verdict: string,
  detail: RegExp | null,
])[] = [
  ['exit code 0', { exitCode: 0 }, 'pass', null],
  ['exit code 1', { exitCode: 1 }, 'fail', null],
  [
    'a signal that may be its own',
    { signal: 'SIGSEGV', isolation: 1 },
    'fail',
    /^ended by SIGSEGV; .*nobody can tell/,
  ],
  [
    'an end of its sandbox from outside',
    { ending: 'cut-off', signal: 'SIGKILL' },
    'error',
    /ended from outside, by SIGKILL/,
  ],
  ['neither exit code nor signal', {}, 'fail', null],
  ['exit code 126', { exitCode: 126 }, 'fail', /not executable/],
  ['exit code 127', { exitCode: 127 }, 'fail', /not found/],
  ['a spent time limit', { ending: 'timed-out', signal: 'SIGKILL' }, 'fail', /timed out after 1000 ms/],
  ['a time limit with exit code 0', { ending: 'timed-out', exitCode: 0 }, 'fail', /timed out/],
  ['a stop by us', { ending: 'aborted', exitCode: 0 }, 'error', /stopped by us/],
  ['no start', { ending: 'not-started', detail: 'bwrap: no' }, 'error', /^bwrap: no$/],
  ['no start but an exit code 0', { ending: 'not-started', exitCode: 0 }, 'error', /could not be started/],
];

describe('verdictOf', () => {
  for (const [what, ran, verdict, detail] of ENDINGS) {
    it(`calls ${what} ${verdict}`, () => {
      const got = verdictOf(CHECK, { ...RAN, ...ran }, OUTPUT);
      assert.equal(got.verdict, verdict);
      if (detail) assert.match(got.detail ?? '', detail);
      else assert.equal(got.detail, null);
    });
  }

  it('carries what was run, where and how strongly fenced off', () => {
    const got = verdictOf(CHECK, { ...RAN, exitCode: 0 }, OUTPUT);
    assert.deepEqual(got.argv, ['bash', '-euo', 'pipefail', '-c', 'npm test']);
    assert.deepEqual([got.isolation, got.environment, got.durationMs], [2, ['CI'], 7]);
  });
});
