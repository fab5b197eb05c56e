import type { Format, Parsed } from '../change.ts';
import type { ReadData } from './data/located.ts';
import type { Passage } from './passage.ts';

/** What readers need to know beside the text. */
export interface ReadOptions {
  /** The format that the author named; null lets the content decide. */
  readonly format: Format | null;
  /** Absolute path of the workspace's registered folder: absolute paths of old blocks are taken below it and nowhere else. */
  readonly root?: string | null;
  /** Turns YAML text (Unicode) into plain data; without it the YAML forms are refused. */
  readonly yaml?: (text: string) => ReadData;
}

/**
 * Reads the passages of one format into a change, or into every fault found. Linear in the length of the text; throws
 * nothing but programming errors, and never returns a change without edits.
 */
export type Reader = (passages: readonly Passage[], options: ReadOptions) => Parsed;
