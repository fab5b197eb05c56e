import { blobIdOf } from '../../blob-id.ts';
import { latin1 } from '../bytes.ts';
import type { Change, Edit } from '../change.ts';
import type { Misfit } from './misfit.ts';

/** An edit that did not fit, and what a merge made of its file. */
export interface MergedFile {
  readonly misfit: Misfit;
  readonly bytes: Uint8Array;
}

/**
 * The change with the merged bytes in place of the hunks. They name by their ids what they replace and what they are,
 * so that they fit the file that was merged and no other.
 */
export function withMerged(change: Change, merged: readonly MergedFile[]): Change {
  const byEdit = new Map<Edit, MergedFile>(merged.map((one) => [one.misfit.edit, one]));
  const edits = change.edits.map((edit): Edit => {
    const one = byEdit.get(edit);
    if (one === undefined) return edit;
    const { own, edit: rewriting } = one.misfit;
    const binary = {
      form: 'literal',
      data: latin1(one.bytes),
      oldBlob: blobIdOf(own, SHA1_LIKE),
      newBlob: blobIdOf(one.bytes, SHA1_LIKE),
    } as const;
    return { ...rewriting, hunks: [], binary };
  });
  return { ...change, edits };
}

/** Ids here are compared with what is computed alike, and leave the patch nowhere. */
const SHA1_LIKE = '0'.repeat(40);
