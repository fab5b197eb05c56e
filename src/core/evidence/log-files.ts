import type { Sha256 } from '../digest.ts';
import type { Path } from '../git.ts';
import { EMPTY_FRONTIER, type Frontier } from './log/merkle.ts';

/*
 * What the tree of a log commit holds: `checkpoint`, a signed note; `frontier`, by which the tree of hashes is grown without
 * reading every leaf again; and the bundles, each under the number of its leaf.
 */

export const CHECKPOINT = 'checkpoint' as Path;
export const FRONTIER = 'frontier' as Path;
/** A copy, for whoever has the repository alone. */
export const TRUST = 'trust.json' as Path;

/** Of the log of one workspace of one installation, for ever. */
export function logOrigin(installation: string, workspace: string): string {
  return `ghost/${installation}/${workspace}`;
}

const DIGITS = 9;

/** `bundles/000/000/012.jsonl`: a thousand to a folder, so that none has to be written anew whole. */
export function bundlePath(leaf: number): Path {
  const groups = String(leaf).padStart(DIGITS, '0').match(/\d{3}/g) ?? [];
  return `bundles/${groups.join('/')}.jsonl` as Path;
}

/** The number of leaves, then the roots of the perfect trees among them, the largest first: a line each. */
export function frontierText({ size, peaks }: Frontier): string {
  return `${[size, ...peaks].join('\n')}\n`;
}

/** Null for what is none. That it is the frontier of a certain root is for the caller to see. */
export function readFrontier(text: string): Frontier | null {
  if (!/^\d{1,15}\n(?:[0-9a-f]{64}\n)*$/.test(text)) return null;
  const [size, ...peaks] = text.trimEnd().split('\n');
  const frontier = { size: Number(size), peaks: peaks as readonly string[] as readonly Sha256[] };
  if (frontier.size === 0) return peaks.length === 0 ? EMPTY_FRONTIER : null;
  return onesIn(frontier.size) === peaks.length ? frontier : null;
}

function onesIn(size: number): number {
  return [...size.toString(2)].filter((digit) => digit === '1').length;
}
