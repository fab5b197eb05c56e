import { blobIdOf } from '../../blob-id.ts';
import { bytesOf } from '../bytes.ts';
import type { BinaryContent } from '../change.ts';
import { applyDelta } from './delta.ts';

export type BinaryOutcome =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** `why` goes on after the name of the file: `is not the file that ...`. */
  | { readonly kind: 'refused'; readonly why: string };

/**
 * The bytes that binary content makes of those that stand there, both proven by the ids of the patch: there is no
 * context that could show that it is meant for this file.
 */
export function applyBinary(content: BinaryContent, base: Uint8Array): BinaryOutcome {
  const { oldBlob, newBlob } = content;
  if (oldBlob === null || newBlob === null)
    return refused('is binary, and the patch names no full ids for it');
  const standing = idLike(oldBlob, base);
  if (standing !== oldBlob)
    return refused(`has the content ${standing}; expected ${oldBlob}, which the patch was made from`);
  const made = filled(content, base);
  if (made.kind === 'refused') return made;
  const got = idLike(newBlob, made.bytes);
  if (got !== newBlob)
    return refused(`becomes ${got} by the patch; expected ${newBlob}, as its index line says`);
  return made;
}

function filled(content: BinaryContent, base: Uint8Array): BinaryOutcome {
  const data = bytesOf(content.data);
  if (content.form === 'literal') return { kind: 'bytes', bytes: data };
  const outcome = applyDelta(base, data);
  return outcome.kind === 'bytes' ? outcome : refused(`cannot take the delta of the patch: ${outcome.why}`);
}

/** The id of these bytes, of the same kind as the given one. */
function idLike(id: string, bytes: Uint8Array): string {
  return blobIdOf(bytes, id);
}

function refused(why: string): BinaryOutcome {
  return { kind: 'refused', why };
}
