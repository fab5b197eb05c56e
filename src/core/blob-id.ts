import { createHash } from 'node:crypto';
import type { BlobId } from './git.ts';

const SHA1_DIGITS = 40;

/** The id that git gives to a blob of these bytes, in a repository whose ids are as long as `like` (git's object format, gitformat-pack(5)). */
export function blobIdOf(bytes: Uint8Array, like: string): BlobId {
  const algorithm = like.length === SHA1_DIGITS ? 'sha1' : 'sha256';
  return createHash(algorithm).update(`blob ${bytes.byteLength}\0`).update(bytes).digest('hex') as BlobId;
}
