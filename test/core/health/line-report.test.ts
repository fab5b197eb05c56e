import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Heartbeat } from '../../../src/core/health/heartbeat.ts';
import { lineReports } from '../../../src/core/health/line-report.ts';

function beatOf(doing: string, token: number | null = null): Heartbeat {
  return {
    ...{ component: 'runner', instance: doing, pid: 1, status: 'healthy' },
    ...{ startedAt: '2026-11-22T10:00:00Z', at: '2026-11-22T10:00:00Z', sequence: 1, staleAfterMs: 8_000 },
    details: { lanes: [{ workspace: 'app', doing, detail: null, token, behind: null }] },
  };
}

function told(...beats: readonly Heartbeat[]): string | undefined {
  return lineReports(beats).get('app')?.doing;
}

test('of several runners the one that has the line in hand is believed, whichever comes first', () => {
  const holder = beatOf('landing', 7);
  for (const other of ['idle', 'waiting for a slot', 'busy elsewhere', 'starting']) {
    assert.equal(told(holder, beatOf(other)), 'landing', other);
    assert.equal(told(beatOf(other), holder), 'landing', other);
  }
});

test('where nobody has it, who knows something is believed before who only waits', () => {
  assert.equal(told(beatOf('waiting for a slot'), beatOf('paused')), 'paused');
  assert.equal(told(beatOf('paused'), beatOf('busy elsewhere')), 'paused');
  assert.equal(told(beatOf('waiting for a slot'), beatOf('starting')), 'waiting for a slot');
});
