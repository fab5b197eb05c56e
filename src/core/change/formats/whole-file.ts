import type { Parsed } from '../change.ts';
import type { Passage } from './passage.ts';
import { notYet } from './refused.ts';

export function readWholeFiles(passages: readonly Passage[]): Parsed {
  return notYet('whole file', passages);
}
