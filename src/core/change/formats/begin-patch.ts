import type { Parsed } from '../change.ts';
import type { Passage } from './passage.ts';
import { notYet } from './refused.ts';

export function readBeginPatch(passages: readonly Passage[]): Parsed {
  return notYet('*** Begin Patch', passages);
}
