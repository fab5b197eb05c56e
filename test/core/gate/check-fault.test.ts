import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sha256 } from '../../../src/core/digest.ts';
import { checkFault } from '../../../src/core/gate/check-fault.ts';
import type { Verdict } from '../../../src/core/gate/verdict.ts';
import type { PatchId } from '../../../src/core/patch/id.ts';

const ID = 'p1' as PatchId;

const failed: Verdict = {
  check: 'unit',
  verdict: 'fail',
  argv: ['npm', 'test'],
  environment: [],
  isolation: 2,
  startedAt: 0,
  durationMs: 1,
  exitCode: 1,
  signal: null,
  detail: null,
  output: { sha256: sha256(''), bytes: 0, truncated: false, tail: '' },
};

describe('the fault of a failed check', () => {
  it('says how it ended, and the last of what it printed', () => {
    const tail = Array.from({ length: 30 }, (_, index) => `line ${index + 1}`).join('\n');
    const { message } = checkFault(ID, { ...failed, output: { ...failed.output, tail } });
    assert.match(message, /^Check unit failed: it ended with exit code 1; it printed last:\n {2}line 21\n/);
    assert.match(message, /line 30$/);
  });

  it('says so when nothing was printed, and names a spent time limit', () => {
    assert.match(checkFault(ID, failed).message, /it printed nothing$/);
    const late = { ...failed, exitCode: null, detail: 'timed out after 300000 ms' };
    assert.match(checkFault(ID, late).message, /^Check unit failed: timed out after 300000 ms/);
  });

  it('names the command that shows all of it, with the id of the patch', () => {
    assert.match(checkFault(ID, failed).hint, /^`ghost log p1` shows/);
  });
});
