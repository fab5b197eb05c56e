import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import type { Sha256 } from '../../../../src/core/digest.ts';
import {
  appendLeaf,
  bundleLeaf,
  consistencyProof,
  EMPTY_FRONTIER,
  EMPTY_ROOT,
  frontierRoot,
  inclusionProof,
  isConsistent,
  isIncluded,
  leafHash,
  logRoot,
  nodeHash,
} from '../../../../src/core/evidence/log/merkle.ts';

// The vectors of certificate-transparency, merkletree/merkle_tree_test.cc.
const INPUTS = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const [A, B, C, D, E] = [
  '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
  '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
  '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
  'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
  'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
];
const PATHS: readonly (readonly [leaf: number, size: number, proof: readonly (string | undefined)[]])[] = [
  [1, 1, []],
  [1, 8, [A, B, C]],
  [6, 8, [D, E, ROOTS[3]]],
  [3, 3, [ROOTS[1]]],
  [2, 5, [ROOTS[0], B, D]],
];
const PROOFS: readonly (readonly [older: number, newer: number, proof: readonly (string | undefined)[]])[] = [
  [1, 1, []],
  [1, 8, [A, B, C]],
  [6, 8, ['0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a', E, ROOTS[3]]],
  [2, 5, [B, D]],
];
const leaves = INPUTS.map((hex) => leafHash(Buffer.from(hex, 'hex')));
const many = Array.from({ length: 64 }, (_, n) => leafHash(Buffer.from(`entry ${n}`)));

describe('The tree of a log gives the published vectors', () => {
  it('without leaves', () => {
    assert.equal(EMPTY_ROOT, 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    assert.equal(logRoot([]), EMPTY_ROOT);
    assert.equal(frontierRoot(EMPTY_FRONTIER), EMPTY_ROOT);
  });

  it('for its roots with one to eight leaves', () => {
    for (const [index, root] of ROOTS.entries()) assert.equal(logRoot(leaves.slice(0, index + 1)), root);
  });

  it('for proofs that a leaf stands in it', () => {
    for (const [leaf, size, proof] of PATHS)
      assert.deepEqual(inclusionProof(leaves.slice(0, size), leaf - 1), proof);
  });

  it('for proofs that a tree grew out of another', () => {
    for (const [older, newer, proof] of PROOFS)
      assert.deepEqual(consistencyProof(leaves.slice(0, newer), older), proof);
  });
});

describe('The tree of a log, for one to 64 leaves', () => {
  it('has the root that the definition gives, grown leaf by leaf as well', () => {
    let frontier = EMPTY_FRONTIER;
    for (let size = 1; size <= many.length; size++) {
      frontier = appendLeaf(frontier, at(many, size - 1));
      const expected = byDefinition(Array.from({ length: size }, (_, n) => Buffer.from(`entry ${n}`)));
      assert.equal(logRoot(many.slice(0, size)), expected);
      assert.equal(frontierRoot(frontier), expected);
      assert.equal(frontier.peaks.length, size.toString(2).replaceAll('0', '').length);
    }
  });

  it('proves each leaf, and no other in its place', () => {
    for (let size = 1; size <= many.length; size++) {
      const tree = { size, root: logRoot(many.slice(0, size)) };
      for (let index = 0; index < size; index++) {
        const proof = inclusionProof(many.slice(0, size), index);
        const leaf = at(many, index);
        assert.ok(isIncluded({ leaf, index, proof }, tree));
        assert.ok(!isIncluded({ leaf: nodeHash(leaf, leaf), index, proof }, tree));
        assert.ok(!isIncluded({ leaf, index: index + 1, proof }, tree));
        assert.ok(!isIncluded({ leaf, index, proof: [...proof, leaf] }, tree));
        assert.ok(proof.length === 0 || !isIncluded({ leaf, index, proof: proof.slice(1) }, tree));
      }
    }
  });

  it('proves each older tree, and no other with its size', () => {
    for (let newer = 1; newer <= many.length; newer++) {
      const tree = { size: newer, root: logRoot(many.slice(0, newer)) };
      for (let older = 1; older <= newer; older++) {
        const was = { size: older, root: logRoot(many.slice(0, older)) };
        const proof = consistencyProof(many.slice(0, newer), older);
        assert.ok(isConsistent(was, tree, proof), `${older} of ${newer}`);
        const other = { size: older, root: nodeHash(was.root, was.root) };
        assert.ok(!isConsistent(other, tree, proof));
        assert.ok(!isConsistent(was, { ...tree, root: other.root }, proof));
        assert.ok(!isConsistent(was, tree, [...proof, other.root]));
        assert.ok(proof.length === 0 || !isConsistent(was, tree, proof.slice(1)));
      }
    }
  });
});

describe('The tree of a log', () => {
  it('is not consistent with a larger one, and with every one that has no leaves', () => {
    const [one, two] = [ROOTS[0], ROOTS[1]].map((root, n) => ({ size: n + 1, root: root as Sha256 }));
    assert.ok(one !== undefined && two !== undefined);
    assert.ok(!isConsistent(two, one, []));
    assert.ok(isConsistent({ size: 0, root: EMPTY_ROOT }, two, []));
    assert.ok(!isConsistent({ size: 0, root: one.root }, two, []));
  });

  it('asks for a proof of a leaf or a tree that it has', () => {
    assert.throws(() => inclusionProof(leaves, 8), TypeError);
    assert.throws(() => consistencyProof(leaves, 9), TypeError);
    assert.ok(!isIncluded({ leaf: at(leaves, 0), index: -1, proof: [] }, { size: 1, root: at(leaves, 0) }));
    assert.ok(!isIncluded({ leaf: at(leaves, 0), index: 0.5, proof: [] }, { size: 1, root: at(leaves, 0) }));
  });

  it('has the digest of a bundle as a leaf, hashed as a leaf', () => {
    const digest = ROOTS[0] as Sha256;
    const expected = createHash('sha256')
      .update(Buffer.from(`00${digest}`, 'hex'))
      .digest('hex');
    assert.equal(bundleLeaf(digest), expected);
  });
});

/** RFC 6962, section 2.1, word by word. */
function byDefinition(contents: readonly Uint8Array[]): string {
  const [only] = contents;
  const hash = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
  if (only === undefined) return hash().toString('hex');
  if (contents.length === 1) return hash(Buffer.from([0]), only).toString('hex');
  const k = 2 ** Math.floor(Math.log2(contents.length - 1));
  const [left, right] = [contents.slice(0, k), contents.slice(k)];
  return hash(
    Buffer.from([1]),
    Buffer.from(byDefinition(left), 'hex'),
    Buffer.from(byDefinition(right), 'hex'),
  ).toString('hex');
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  assert.ok(item !== undefined);
  return item;
}
