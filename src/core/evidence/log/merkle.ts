import { createHash } from 'node:crypto';
import { type Sha256, sha256 } from '../../digest.ts';

/*
 * The tree of a transparency log (RFC 6962, section 2.1), over SHA-256. Hashes are in hexadecimal, so that two of them are equal
 * where their spellings are. Leaves and nodes are hashed with different first bytes: no leaf can be taken for a node.
 */

const LEAF = Buffer.from([0]);
const NODE = Buffer.from([1]);

/** Of the tree without leaves. */
export const EMPTY_ROOT: Sha256 = sha256('');

/** What stands in the tree for this content. */
export function leafHash(content: Uint8Array): Sha256 {
  return createHash('sha256').update(LEAF).update(content).digest('hex') as Sha256;
}

/** The leaf of a bundle: the 32 bytes of its digest, so that a log tells nothing of what was signed. */
export function bundleLeaf(bundle: Sha256): Sha256 {
  return leafHash(Buffer.from(bundle, 'hex'));
}

export function nodeHash(left: Sha256, right: Sha256): Sha256 {
  return createHash('sha256').update(NODE).update(left, 'hex').update(right, 'hex').digest('hex') as Sha256;
}

/** All that is needed of a tree to grow it: its size, and the roots of its perfect subtrees, the largest first. */
export interface Frontier {
  readonly size: number;
  readonly peaks: readonly Sha256[];
}

export const EMPTY_FRONTIER: Frontier = { size: 0, peaks: [] };

/** The tree with one more leaf; `leaf` is its hash. */
export function appendLeaf({ size, peaks }: Frontier, leaf: Sha256): Frontier {
  const left = [...peaks];
  let peak = leaf;
  // Each trailing one of the size is a perfect tree that this leaf completes to one of twice its size.
  for (let rest = size; rest % 2 === 1; rest = Math.floor(rest / 2)) peak = nodeHash(taken(left), peak);
  return { size: size + 1, peaks: [...left, peak] };
}

function taken(peaks: Sha256[]): Sha256 {
  const peak = peaks.pop();
  if (peak === undefined) throw new TypeError('a frontier has a peak for each one in its size');
  return peak;
}

export function frontierRoot({ peaks }: Frontier): Sha256 {
  return peaks.length === 0 ? EMPTY_ROOT : peaks.reduceRight((right, left) => nodeHash(left, right));
}

/** Of the tree over these leaf hashes, in order. */
export function logRoot(leaves: readonly Sha256[]): Sha256 {
  const [only] = leaves;
  if (only === undefined) return EMPTY_ROOT;
  if (leaves.length === 1) return only;
  const split = splitOf(leaves.length);
  return nodeHash(logRoot(leaves.slice(0, split)), logRoot(leaves.slice(split)));
}

/** The largest power of two below `size`, which is 2 or more. */
function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

/** The hashes beside the way from a leaf up to the root (RFC 6962, section 2.1.1). */
export function inclusionProof(leaves: readonly Sha256[], index: number): readonly Sha256[] {
  if (index < 0 || index >= leaves.length) throw new TypeError(`no leaf ${index} in ${leaves.length}`);
  if (leaves.length === 1) return [];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return index < split
    ? [...inclusionProof(left, index), logRoot(right)]
    : [...inclusionProof(right, index - split), logRoot(left)];
}

/** What shows that the first `size` of these leaves are a tree that was only appended to (RFC 6962, section 2.1.2). */
export function consistencyProof(leaves: readonly Sha256[], size: number): readonly Sha256[] {
  if (size < 1 || size > leaves.length) throw new TypeError(`no tree of ${size} in ${leaves.length} leaves`);
  return subproof(leaves, size, 'known');
}

/** A subtree that is the older tree itself is known to whoever asks, and is not told again. */
function subproof(leaves: readonly Sha256[], size: number, root: 'known' | 'told'): readonly Sha256[] {
  if (size === leaves.length) return root === 'known' ? [] : [logRoot(leaves)];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return size <= split
    ? [...subproof(left, size, root), logRoot(right)]
    : [...subproof(right, size - split, 'told'), logRoot(left)];
}

export interface Tree {
  readonly size: number;
  readonly root: Sha256;
}

/** Whether the leaf stands there in the tree (RFC 9162, section 2.1.3.2). */
export function isIncluded(
  {
    leaf,
    index,
    proof,
  }: { readonly leaf: Sha256; readonly index: number; readonly proof: readonly Sha256[] },
  tree: Tree,
): boolean {
  if (!isCount(index) || !isCount(tree.size) || index >= tree.size) return false;
  let [at, last, hash] = [index, tree.size - 1, leaf];
  for (const beside of proof) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(beside, hash);
      // Where nothing stands to the right there is no hash for the levels that the path goes straight up.
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else hash = nodeHash(hash, beside);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && hash === tree.root;
}

/** Whether `newer` is `older` with leaves appended, or the same (RFC 9162, section 2.1.4.2). */
export function isConsistent(older: Tree, newer: Tree, proof: readonly Sha256[]): boolean {
  if (!isCount(older.size) || !isCount(newer.size) || older.size > newer.size) return false;
  if (older.size === newer.size) return proof.length === 0 && older.root === newer.root;
  if (older.size === 0) return proof.length === 0 && older.root === EMPTY_ROOT;
  let [at, last] = [older.size - 1, newer.size - 1];
  while (at % 2 === 1) [at, last] = [half(at), half(last)];
  // An older tree that is perfect is its own first hash, which the proof leaves out.
  const [first, ...rest] = at === 0 ? [older.root, ...proof] : proof;
  return first !== undefined && foldsTo({ at, last, rest }, { first, older, newer });
}

function foldsTo(
  way: { readonly at: number; readonly last: number; readonly rest: readonly Sha256[] },
  { first, older, newer }: { readonly first: Sha256; readonly older: Tree; readonly newer: Tree },
): boolean {
  let [at, last, inOlder, inNewer] = [way.at, way.last, first, first];
  for (const beside of way.rest) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      inOlder = nodeHash(beside, inOlder);
      inNewer = nodeHash(beside, inNewer);
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else inNewer = nodeHash(inNewer, beside);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && inOlder === older.root && inNewer === newer.root;
}

function half(number: number): number {
  return Math.floor(number / 2);
}

function isCount(number: number): boolean {
  return Number.isSafeInteger(number) && number >= 0;
}
