import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { landNextPatch } from '../../../src/app/land-next-patch.ts';
import { patchLog } from '../../../src/app/patch-log.ts';
import { patchSummary } from '../../../src/app/patch-reads.ts';
import type { IsolationLevel } from '../../../src/core/gate/verdict.ts';
import type { Sandbox } from '../../../src/ports/sandbox.ts';
import { aRepository, git } from '../../world/git.ts';
import { lineFor, stateOf, type TestLine } from '../../world/line.ts';

/** A block C that writes the greeting and brings shell lines. */
function block(...shell: readonly string[]): string {
  const mutations = [{ path: 'greeting.txt', contents: 'hello\nbrave\nworld\n' }];
  return JSON.stringify({ blockId: 'c-1', description: 'Be brave', mutations, validate: { shell } });
}

const NO_GATE = 'the workspace has no check of its own';

describe('checks that a patch brings', () => {
  it('run after the gate of the workspace on the tree that lands, and the evidence says whose they are', async (test) => {
    const line = await lineFor(test);
    const { patch, notes } = await line.submit(
      block('grep -q brave greeting.txt', 'echo x > litter && test -f litter'),
    );
    assert.match(notes.join('\n'), /validate: 2 shell lines become checks of this patch, added to the gate/);
    await line.next();
    await stateOf(line, patch.id, 'landed');
    assert.equal(patch.externalId, 'c-1');
    const verdicts = (await patchLog(line.needs, patch.id)).checks.map(({ verdict }) => verdict);
    assert.deepEqual(
      verdicts.map(({ check, source, verdict }) => `${source} ${check}: ${verdict}`).slice(-2),
      ['patch validate 1: pass', 'patch validate 2: pass'],
    );
    assert.equal(verdicts[0]?.source, 'workspace');
    assert.ok(verdicts.every(({ isolation }) => (isolation ?? 0) >= 2));
    assert.equal(git(line.repository, 'ls-tree', '--name-only', 'main'), 'ghost.yml\ngreeting.txt');
    assert.match(
      await patchSummary(line.needs, patch.id, 'markdown'),
      /`validate 1` \(brought by the patch\)/,
    );
  });

  it('reject the patch when they fail, and say that it brought them', async (test) => {
    const line = await lineFor(test);
    const { patch } = await line.submit(block('grep -q timid greeting.txt'));
    await line.next();
    const rejected = await stateOf(line, patch.id, 'rejected');
    assert.equal(rejected.reason, 'check_failed');
    assert.match(rejected.faults[0]?.message ?? '', /^Check validate, which the patch brought, failed: /);
  });

  it('are no gate: a workspace without one stays without', async (test) => {
    const line = await lineFor(test);
    git(line.repository, 'rm', '-q', 'ghost.yml');
    git(line.repository, 'commit', '-q', '-m', NO_GATE);
    const { patch } = await line.submit(block('test -f greeting.txt'));
    await line.next();
    assert.equal((await stateOf(line, patch.id, 'failed')).reason, 'gate_missing');
  });

  it('cannot take the place of a check that fails', async (test) => {
    const line = await lineFor(test, { checks: [{ name: 'never', run: '! grep -q brave greeting.txt' }] });
    const { patch } = await line.submit(block('test -f greeting.txt'));
    await line.next();
    assert.equal((await stateOf(line, patch.id, 'rejected')).reason, 'check_failed');
  });

  it('are not run below isolation level 2: the patch fails as ours, and says why', async (test) => {
    const line = await lineFor(test);
    const { patch } = await line.submit(block('test -f greeting.txt'));
    await nextAtLevel(line, 1);
    const failed = await stateOf(line, patch.id, 'failed');
    assert.equal(failed.reason, 'isolation_too_low');
    assert.match(
      failed.detail,
      /^the patch brings checks of its own \(1\), which run at isolation level 2 or more, this machine gives 1: a bare machine$/,
    );
  });

  it('are no matter below that level to a patch that brings none', async (test) => {
    const line = await lineFor(test);
    const { patch } = await line.submit(block());
    await nextAtLevel(line, 1);
    await stateOf(line, patch.id, 'landed');
  });

  it('have ten minutes together, so that no patch keeps its line standing for hours', async (test) => {
    const line = await lineFor(test);
    const { patch } = await line.submit(block('npm run a', 'npm run b', 'npm run c', 'npm run d'));
    const limits: number[] = [];
    const run: Sandbox['run'] = async ({ timeoutMs, argv }) => {
      limits.push(timeoutMs);
      const durationMs = Math.min(timeoutMs, 250_000);
      const ending = durationMs === timeoutMs ? 'timed-out' : 'exited';
      return {
        ...{ ending, exitCode: ending === 'exited' ? 0 : null, signal: null, detail: null },
        ...{ startedAt: 0, durationMs, output: Buffer.from(''), truncated: false, argv },
        ...{ environment: [], isolation: 2 },
      };
    };
    const isolation = async () => ({ level: 2 as const, description: 'slow' });
    const needs = { ...line.needs, sandbox: { isolation, run } };
    await landNextPatch(needs, line.holding, { cooldownMs: 0, waived: null, branch: 'kept' });
    assert.deepEqual(limits.slice(1), [300_000, 300_000, 100_000], 'after the check of the workspace');
    const rejected = await stateOf(line, patch.id, 'rejected');
    assert.match(
      rejected.faults[0]?.message ?? '',
      /^Check validate 3, which the patch brought, failed: timed out after 100000 ms, .* left of the 600000 ms/,
    );
  });

  it('cannot be lines that never fail: such a patch is not taken at all', async (test) => {
    const line = await lineFor(test);
    await assert.rejects(line.submit(block('npm test || true')), {
      code: 'patch_unparsable',
      message: /cannot fail/,
    });
  });
});

describe('old blocks at a workspace', () => {
  it('may name files absolutely, below the folder of the workspace', async (test) => {
    const line = await lineFor(test, { repository: aRepository({ 'a.txt': 'one\n' }) });
    const mutations = [{ path: `${line.repository}/a.txt`, pattern: 'one', replacement: 'two' }];
    const { patch, notes } = await line.submit(JSON.stringify({ blockId: 'x', mutations }));
    assert.match(notes.join(), /absolute paths were taken relative to the workspace's folder/);
    await line.next();
    await stateOf(line, patch.id, 'landed');
    assert.equal(git(line.repository, 'show', 'main:a.txt'), 'two');
  });

  it('may be YAML', async (test) => {
    const line = await lineFor(test);
    const yaml =
      'meta:\n  id: f-1\nmutations:\n  - path: new.txt\n    contents: |\n      hello\ngates:\n  - test -s new.txt\n';
    const { patch } = await line.submit(yaml);
    assert.deepEqual([patch.format, patch.externalId], ['block-f', 'f-1']);
    await line.next();
    await stateOf(line, patch.id, 'landed');
    assert.equal(git(line.repository, 'show', 'main:new.txt'), 'hello');
  });
});

async function nextAtLevel(line: TestLine, level: IsolationLevel): Promise<void> {
  const { sandbox } = line.needs;
  const isolation = async () => ({ level, description: 'a bare machine' });
  const needs = { ...line.needs, sandbox: { isolation, run: sandbox.run.bind(sandbox) } };
  await landNextPatch(needs, line.holding, { cooldownMs: 0, waived: null, branch: 'kept' });
}
