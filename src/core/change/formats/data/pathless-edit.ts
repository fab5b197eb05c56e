import type { FileMode, Path } from '../../../git.ts';
import type { Edit, Span } from '../../change.ts';

/** What an edit does, before it is known to which path: so that both are read, and all faults of both are told. */
export type PathlessEdit = Without<Edit>;
type Without<One> = One extends Edit ? Omit<One, 'path' | 'span'> : never;

export function placed(edit: PathlessEdit, path: Path, span: Span): Edit {
  return { ...edit, path, span };
}

/** A file that only gets another mode. */
export function modeEdit(newMode: FileMode): PathlessEdit {
  return { ...UNTOUCHED, kind: 'modify', from: null, oldMode: null, newMode };
}

/** A file that only gets another name. */
export function moveEdit(from: Path): PathlessEdit {
  return { ...UNTOUCHED, kind: 'modify', from, oldMode: null, newMode: null };
}

/** A second file like the first. */
export function copyEdit(from: Path): PathlessEdit {
  return { ...UNTOUCHED, kind: 'copy', from, newMode: null };
}

const UNTOUCHED = { hunks: [], order: 'ordered', binary: null, preimage: null } as const;
