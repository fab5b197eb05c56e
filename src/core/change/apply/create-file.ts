import { bytesOf } from '../bytes.ts';
import type { Creation, Edit } from '../change.ts';
import type { Bench } from './bench.ts';
import { done, type EditOutcome, faulty, type WorkFile } from './outcome.ts';
import { occupied } from './standing.ts';

/** A file where none stands. */
export function createFile(edit: Creation, bench: Bench): EditOutcome {
  return putNew(edit, { mode: edit.mode, bytes: bytesOf(edit.content) }, bench);
}

export function putNew(edit: Edit, file: WorkFile, bench: Bench): EditOutcome {
  const fault = occupied(bench, edit, file.bytes);
  if (fault !== null) return faulty(fault);
  return done([{ kind: 'put', path: edit.path, file, from: null }]);
}
