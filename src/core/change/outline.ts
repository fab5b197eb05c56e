import type { Path } from '../git.ts';
import type { Change } from './change.ts';

/** What a change says of itself, without what it does to lines: small, whatever the size of the patch. */
export interface Outline extends Omit<Change, 'edits'> {
  /** What its edits are about, in their order, each path once. */
  readonly paths: readonly Path[];
}

export function outlineOf({ edits, ...facts }: Change): Outline {
  return { ...facts, paths: [...new Set(edits.map(({ path }) => path))] };
}
