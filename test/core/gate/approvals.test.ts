import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sha256 } from '../../../src/core/digest.ts';
import {
  acceptsFindings,
  approvalNeeds,
  approvalStanding,
  effectOf,
  wantedApproval,
} from '../../../src/core/gate/approvals.ts';
import type { Verdict } from '../../../src/core/gate/verdict.ts';
import type { BlobId, CommitId, Path, TreeId } from '../../../src/core/git.ts';
import type { Entry } from '../../../src/core/ledger/entry.ts';
import type { PathDigest } from '../../../src/core/patch/patch.ts';
import { aPatch } from '../../world/patches.ts';

const BASE = '1'.repeat(40) as CommitId;
const NOW = sha256('now');

function digest(path: string, before: string | null, after: string | null): PathDigest {
  const of = (text: string | null) =>
    text === null
      ? null
      : ({ mode: '100644', blob: sha256(text).slice(0, 40) as BlobId, sha256: sha256(text) } as const);
  return { path: path as Path, before: of(before), after: of(after) };
}

describe('the effect of a patch', () => {
  it('is the same in whatever order its paths are told, and another for any other content or base', () => {
    const [a, b] = [digest('a', 'x', 'y'), digest('b', null, 'z')];
    assert.equal(effectOf([a, b]), effectOf([b, a]));
    const others = [[a], [a, digest('b', null, 'Z')], [digest('a', 'X', 'y'), b], [a, digest('b', 'x', 'z')]];
    const effects = new Set([[a, b], ...others].map(effectOf));
    assert.equal(effects.size, 5);
  });
});

describe('approvals', () => {
  const by = (name: string, effect = NOW) => ({ by: name, base: BASE, effect });
  const standing = (count: number, ...given: readonly ReturnType<typeof by>[]) =>
    approvalStanding(count === 0 ? [] : [{ count, why: 'by rule r', paths: [] }], given, {
      effect: NOW,
      authors: ['eve'],
    });

  it('count for what the patch does now, one a person, and never its author’s', () => {
    assert.equal(standing(0).kind, 'not-asked');
    assert.deepEqual(standing(0, by('ada')), { kind: 'given', by: ['ada'] });
    assert.equal(standing(0, by('eve')).kind, 'not-asked');
    assert.equal(standing(2, by('ada'), by('ada'), by('eve')).kind, 'wanting');
    assert.equal(standing(2, by('ada'), by('bob')).kind, 'given');
  });

  it('tell which fell, and not one that was given anew', () => {
    const old = sha256('before');
    const one = standing(2, by('ada', old), by('bob', old), by('ada'));
    assert.equal(
      one.kind === 'wanting' && one.detail,
      'needs 2 approvals by rule r; has 1, of ada; that of bob fell: on 111111111111 the patch did something else',
    );
  });

  it('are needed for sensitive paths that nobody granted, each with why', () => {
    const touched = ['ghost.yml', '.npmrc', 'a.ts'] as readonly string[] as readonly Path[];
    const needs = approvalNeeds(aPatch(), touched, { approvals: [], allowPaths: ['.npmrc'] });
    assert.deepEqual(
      needs.map(({ count, paths }) => [count, paths]),
      [[1, ['ghost.yml']]],
    );
    assert.match(needs[0]?.why ?? '', /ghost.yml is sensitive \(Ghost takes/);
  });
});

describe('a gate that failed', () => {
  const verdict = (given: Partial<Verdict>) =>
    ({ check: 'pages', detail: '3 % differ', ...given }) as Verdict;

  it('waits for an approver where nothing but what one may accept has failed', () => {
    const needed = verdict({ verdict: 'fail', approval: 'needed' });
    const passed = verdict({ check: 'test', verdict: 'pass' });
    assert.equal(
      wantedApproval([passed, needed]),
      'needs an approval of what was found by check pages (3 % differ)',
    );
    for (const other of [verdict({ verdict: 'fail' }), verdict({ verdict: 'error', approval: 'needed' })])
      assert.equal(wantedApproval([needed, other]), null);
    assert.equal(wantedApproval([passed]), null);
  });
});

describe('what checks found', () => {
  const TREE = '2'.repeat(40) as TreeId;
  const OTHER = '3'.repeat(40);
  const entry = (type: string, data: object) => ({ type, data }) as unknown as Entry;
  const approved = (by: string, base: string = BASE) => entry('patch.approved', { by, base, effect: NOW });
  const found = (tree: string = TREE, approval: string | null = 'needed') =>
    entry('patch.checked', { tree, verdicts: [approval === null ? {} : { approval }] });
  const accepted = (...entries: readonly Entry[]) =>
    acceptsFindings(entries, { base: BASE, tree: TREE, authors: ['eve'] });

  it('is accepted by somebody else, afterwards, on this base and this tree', () => {
    assert.equal(accepted(found(), approved('ada')), true);
    const not = [
      [],
      [approved('ada')],
      [approved('ada'), found()],
      [found(), approved('eve')],
      [found(), approved('ada', OTHER)],
      [found(OTHER), approved('ada')],
      [found(TREE, null), approved('ada')],
      [found(), approved('ada'), found()],
    ];
    for (const entries of not) assert.equal(accepted(...entries), false, JSON.stringify(entries));
  });
});
