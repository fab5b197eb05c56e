import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { LaneFacts } from '../../../src/workers/runner/lane-facts.ts';
import { problemOfLanes } from '../../../src/workers/runner/lane-problem.ts';

function lane(workspace: string, more: Partial<LaneFacts>): LaneFacts {
  return { workspace, doing: 'idle', detail: null, token: null, behind: null, unattested: null, ...more };
}

it('a runner whose lines all move has no problem', () => {
  assert.equal(problemOfLanes([lane('app', {}), lane('site', { doing: 'landing' })]), null);
});

it('one line that stands still is told with all of its reason', () => {
  const detail = 'x'.repeat(1_000);
  assert.equal(problemOfLanes([lane('app', { doing: 'blocked', detail })]), `app is blocked: ${detail}`);
});

it('of several that stand still each is named, however long the reason of the first', () => {
  const long = 'x'.repeat(1_000);
  const problem = problemOfLanes([
    lane('app', { doing: 'paused', detail: long }),
    lane('site', { doing: 'blocked', detail: 'repository locked', behind: long }),
  ]);
  assert.match(
    problem ?? '',
    /^app is paused: x+…; site is blocked: repository locked; the remote of site is behind: x+…$/,
  );
  assert.ok((problem ?? '').length < 500);
});
