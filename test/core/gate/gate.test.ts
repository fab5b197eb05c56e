import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sha256 } from '../../../src/core/digest.ts';
import type { Check, CheckSource } from '../../../src/core/gate/check.ts';
import { assembleGate, type ObservedRun, verdictOf } from '../../../src/core/gate/gate.ts';

const OUTPUT = { sha256: sha256(''), bytes: 0, truncated: false };

describe('assembleGate', () => {
  it('puts the policy first and keeps each side in its own order', () => {
    const gate = gateOf([check('b', 'policy'), check('a', 'policy')], [check('b', 'workspace')]);
    assert.deepEqual(
      gate.checks.map(({ name, source }) => `${source} ${name}`),
      ['policy b', 'policy a', 'workspace b'],
    );
  });

  it('gives the same fingerprint to the same checks and another to any other gate', () => {
    const gates = [
      gateOf([check('a', 'policy')], []),
      gateOf([], [check('a', 'workspace')]),
      gateOf([{ ...check('a', 'policy'), timeoutMs: 1001 }], []),
      gateOf([check('a', 'policy', 'make')], []),
      gateOf([check('a', 'policy'), check('b', 'policy')], []),
      gateOf([check('b', 'policy'), check('a', 'policy')], []),
    ];
    assert.equal(new Set(gates.map(({ fingerprint }) => fingerprint)).size, gates.length);
    const { timeoutMs, ...rest } = check('a', 'policy');
    assert.equal(gateOf([{ timeoutMs, ...rest }], []).fingerprint, gates[0]?.fingerprint);
  });

  it('refuses a vacuous check of either side even beside real ones', () => {
    const vacuous = check('v', 'workspace', 'npm test || true');
    const expected = { kind: 'vacuous', check: 'v', why: '`|| true` hides every failure' };
    assert.deepEqual(assembleGate([check('a', 'policy')], [vacuous]), expected);
    assert.deepEqual(assembleGate([vacuous], [check('a', 'policy')]), expected);
  });

  it('makes no gate out of nothing', () => {
    assert.equal(assembleGate([], []).kind, 'nothing-can-fail');
  });
});

const ENDINGS: readonly (readonly [
  what: string,
  ran: Partial<ObservedRun>,
  verdict: string,
  detail: RegExp | null,
])[] = [
  ['exit code 0', { exitCode: 0 }, 'pass', null],
  ['exit code 1', { exitCode: 1 }, 'fail', null],
  ['a signal of its own', { signal: 'SIGSEGV' }, 'fail', null],
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
      const got = verdictOf(check('a', 'policy'), { ...RAN, ...ran }, OUTPUT);
      assert.equal(got.verdict, verdict);
      if (detail) assert.match(got.detail ?? '', detail);
      else assert.equal(got.detail, null);
    });
  }

  it('carries what was run, where and how strongly fenced off', () => {
    const got = verdictOf(check('a', 'policy'), { ...RAN, exitCode: 0 }, OUTPUT);
    assert.deepEqual(got.argv, ['bash', '-euo', 'pipefail', '-c', 'npm test']);
    assert.deepEqual([got.isolation, got.environment, got.durationMs], [2, ['CI'], 7]);
  });

  it('shows the last lines, with controls made visible', () => {
    const text = `${'first line\n'.repeat(1000)}\u001b[31mred \u202e\n\ttab é\r\nlast\n`;
    const { tail } = verdictOf(check('a', 'policy'), { ...RAN, output: Buffer.from(text) }, OUTPUT).output;
    assert.ok(tail.endsWith('\\u{1b}[31mred \\u{202e}\n\ttab é\nlast\n'), tail.slice(-60));
    assert.ok(tail.startsWith('first line\n') && Buffer.byteLength(tail) <= 4096);
  });

  it('keeps the tail within 4 KiB of valid UTF-8 for any bytes', () => {
    for (const byte of [0, 0x1b, 0x80, 0xc3, 0xff, 0x41]) {
      const output = Buffer.alloc(10_000, byte);
      const { tail } = verdictOf(check('a', 'policy'), { ...RAN, output }, OUTPUT).output;
      assert.ok(Buffer.byteLength(tail) <= 4096 && tail.length > 1000, `byte ${byte}: ${tail.length}`);
      assert.ok(tail.isWellFormed());
    }
  });
});

const RAN: ObservedRun = {
  ending: 'exited',
  exitCode: null,
  signal: null,
  detail: null,
  startedAt: 5,
  durationMs: 7,
  environment: ['CI'],
  isolation: 2,
  output: new Uint8Array(),
};

function check(name: string, source: CheckSource, script = 'npm test'): Check {
  return { name, source, command: { kind: 'script', script }, timeoutMs: 1000 };
}

function gateOf(policy: readonly Check[], workspace: readonly Check[]) {
  const assembled = assembleGate(policy, workspace);
  assert.ok(assembled.kind === 'gate');
  return assembled.gate;
}
