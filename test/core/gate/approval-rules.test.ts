import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { askedBy, readApprovalRules } from '../../../src/core/gate/approval-rules.ts';
import type { Path } from '../../../src/core/git.ts';
import { aPatch } from '../../world/patches.ts';

const SPOT = { file: 'policy.yml', path: 'approvals' };
const read = (...rules: readonly object[]) => readApprovalRules(rules, SPOT);
const paths = (...names: readonly string[]) => names as readonly Path[];

describe('a rule about approvals', () => {
  it('asks one person about every patch where it says nothing else', () => {
    const [rule] = read({});
    assert.deepEqual([rule?.name, rule?.count], ['number 1', 1]);
    assert.deepEqual(rule && askedBy(rule, aPatch(), paths('a')), []);
  });

  it('asks about the paths that its globs match, for its authors, phases and workspaces only', () => {
    const given = {
      paths: ['pay/', '*.sql'],
      authors: ['agent:*', 'eve'],
      phases: ['p14.01'],
      workspaces: ['main'],
    };
    const [rule] = read(given);
    if (rule === undefined) throw new TypeError('it was not read');
    const patch = { ...aPatch(), author: 'agent:7', terms: { phase: 'P14', flags: [] } };
    const touched = paths('pay/a.ts', 'x.ts', 'db/y.sql');
    assert.deepEqual(askedBy(rule, patch, touched), ['pay/a.ts', 'db/y.sql']);
    assert.deepEqual(askedBy(rule, patch, paths('Pay/A.ts')), ['Pay/A.ts']);
    assert.equal(askedBy(rule, patch, paths('x.ts')), null);
    assert.equal(askedBy(rule, { ...patch, author: 'ada' }, touched), null);
    assert.equal(askedBy(rule, { ...patch, terms: { phase: null, flags: [] } }, touched), null);
    assert.equal(askedBy(rule, { ...patch, workspace: 'other' }, touched), null);
  });

  it('is refused with its place where it cannot be meant', () => {
    const refused: readonly (readonly [object, RegExp])[] = [
      [{ path: ['a'] }, /approvals\[0\].*did you mean `paths`/],
      [{ paths: ['/etc'] }, /approvals\[0\]\.paths\[0\].*leaves the tree/],
      [{ phases: ['a b'] }, /phases\[0\].*no name of a phase/],
      [{ workspaces: ['Main'] }, /workspaces\[0\].*cannot be the name/],
      [{ count: 0 }, /count.*from 1 to 20/],
      [{ count: 'all' }, /count.*from 1 to 20/],
    ];
    for (const [rule, message] of refused) assert.throws(() => read(rule), { message }, JSON.stringify(rule));
    assert.throws(() => readApprovalRules([{ workspaces: ['main'] }], SPOT, 'one-workspace'), {
      message: /unknown key `workspaces`/,
    });
  });
});
