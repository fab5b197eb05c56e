import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sha256 } from '../../../src/core/digest.ts';
import { readGateFile } from '../../../src/core/gate/gate-file.ts';
import { owedServices } from '../../../src/core/gate/service-debt.ts';
import { checksFor, serviceFault, whyUnproven } from '../../../src/core/gate/terms-of-gate.ts';
import type { Verdict } from '../../../src/core/gate/verdict.ts';
import type { PatchId } from '../../../src/core/patch/id.ts';
import { FLAGS } from '../../../src/core/patch/terms.ts';

const output = { sha256: sha256('said'), bytes: 4, truncated: false, tail: 'said' };
const RAN: Verdict = {
  ...{
    check: 'test',
    source: 'workspace',
    verdict: 'pass',
    argv: ['make'],
    environment: ['PATH'],
    isolation: 3,
  },
  ...{ startedAt: 1, durationMs: 2, exitCode: 0, signal: null, detail: null, output },
};

function checks(...list: readonly object[]) {
  const named = list.map((check, at) => ({ name: `c${at}`, ...check }));
  return readGateFile({ checks: named }, { file: 'ghost.yml', source: 'workspace' });
}

const UP = { kind: 'http', url: 'http://localhost:1/' };

describe('what is missing of what flags ask for', () => {
  it('is nothing where a check has run and passed, with all of its records', () => {
    const asked: Verdict = { ...RAN, kind: 'http', argv: [], exitCode: null, detail: 'it answers 200' };
    assert.equal(whyUnproven(FLAGS, [RAN, asked]), null);
    assert.equal(whyUnproven([], []), null);
  });

  it('is a run of now, where the only pass was served from before or brought by the patch', () => {
    const served = { patch: 'p_x' as PatchId, entry: 1, at: 1 };
    for (const verdicts of [[], [{ ...RAN, served }], [{ ...RAN, source: 'patch' as const }]])
      assert.match(whyUnproven(['enforceValidationGate'], verdicts) ?? '', /no check that can fail was run/);
  });

  it('is each record that is not there', () => {
    const cases: readonly (readonly [Partial<Verdict>, RegExp])[] = [
      [{ argv: [] }, /of its argv$/],
      [{ exitCode: null }, /of its exit code or signal$/],
      [{ durationMs: Number.NaN }, /of its duration$/],
      [{ output: { ...output, sha256: '' as never } }, /of its output digest$/],
      [{ kind: 'secrets' }, /of its ending$/],
    ];
    for (const [lost, says] of cases)
      assert.match(whyUnproven(['strictRuntimeAudit'], [{ ...RAN, ...lost }]) ?? '', says);
    assert.match(whyUnproven(['strictRuntimeAudit'], []) ?? '', /no check left a record/);
  });

  it('is what was left out of an output, and a service that nobody asked', () => {
    const cut = { ...RAN, output: { ...output, truncated: true } };
    assert.match(whyUnproven(['forceRuntimeTrace'], [cut]) ?? '', /printed more than can be kept/);
    assert.match(whyUnproven(['requireServiceUptime'], [RAN]) ?? '', /no service was asked/);
  });
});

describe('services', () => {
  it('have to be asked by the gate of a patch that asks for them', () => {
    assert.equal(serviceFault(['requireServiceUptime'], checks(UP)), null);
    assert.equal(serviceFault([], checks({ run: 'make' })), null);
    assert.equal(serviceFault(['requireServiceUptime'], checks({ run: 'make' }))?.code, 'check_failed');
  });

  it('are not asked before a revert, unless nothing else is left that could stop it', () => {
    const revert = { kind: 'reverts', patch: 'p_x' as PatchId } as const;
    const names = (list: ReturnType<typeof checks>) => list.map(({ name }) => name);
    assert.deepEqual(names(checksFor(revert, checks({ run: 'make' }, UP))), ['c0']);
    assert.deepEqual(names(checksFor(revert, checks(UP))), ['c0']);
    assert.deepEqual(names(checksFor(null, checks({ run: 'make' }, UP))), ['c0', 'c1']);
  });

  it('owe an answer where the check says so, or the patch', () => {
    const [plain] = checks(UP);
    assert.ok(plain?.task.kind === 'http');
    const asked: Verdict = { ...RAN, kind: 'http', facts: { task: { ...plain.task } } };
    assert.deepEqual(owedServices([], [RAN, asked]), []);
    assert.deepEqual(
      owedServices(['requireServiceUptime'], [RAN, asked]).map(({ check, revert }) => [check, revert]),
      [['test', true]],
    );
    const after: Verdict = { ...asked, facts: { task: { ...plain.task, after: true } } };
    assert.deepEqual(
      owedServices([], [after]).map(({ revert }) => revert),
      [false],
    );
  });
});
