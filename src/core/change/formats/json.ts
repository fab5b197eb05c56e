import type { Parsed } from '../change.ts';
import { parseBlockA } from './block-a.ts';
import type { Passage } from './passage.ts';

/** Reads whichever JSON form the object is: our own edits, or one of the old runner's blocks. */
export function readJsonForm(passages: readonly Passage[]): Parsed {
  return parseBlockA(passages[0]?.text ?? '');
}
