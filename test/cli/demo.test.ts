import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DemoReport } from '../../src/cli/host.ts';
import { EXIT } from '../../src/core/errors.ts';
import { type } from './host.ts';

const LANDED: DemoReport = {
  patch: 'p_01M834RAH67RWHJ8NVQWSBA08Q',
  state: 'landed',
  commit: 'a5140435361ba0ba73eb41d7e01af08ab3f01bbb',
  summary: '/home/summaries/p_01M834RAH67RWHJ8NVQWSBA08Q.summary.md',
  secondPatch: '/home/demo-second.diff',
};
const after = (report: DemoReport) => ({ processes: { demo: async () => report } });

describe('ghost demo', () => {
  it('tells what landed, where its summary is, and which patch to try next', async () => {
    const { exit, stdout } = await type(after(LANDED), 'demo');
    assert.equal(exit, EXIT.ok);
    for (const part of Object.values(LANDED)) assert.ok(stdout.includes(String(part)), String(part));
    const { stdout: document } = await type(after(LANDED), 'demo', '--json');
    assert.deepEqual(JSON.parse(document), LANDED);
  });

  it('exits as what became of the patch says', async () => {
    const { exit, stdout } = await type(after({ ...LANDED, state: 'rejected', commit: null }), 'demo');
    assert.equal(exit, EXIT.rejected);
    assert.match(stdout, /^commit +none$/m);
  });
});
