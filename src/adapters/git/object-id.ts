import { createHash } from 'node:crypto';
import type { BlobId, CommitId, TreeId } from '../../core/git.ts';

/** How a repository names its objects: `extensions.objectFormat`. */
export interface ObjectFormat {
  readonly name: 'sha1' | 'sha256';
  /** Bytes of an id in a tree object. */
  readonly width: 20 | 32;
}

export type ObjectType = 'blob' | 'tree' | 'commit' | 'tag';

export const SHA1: ObjectFormat = { name: 'sha1', width: 20 };
export const SHA256: ObjectFormat = { name: 'sha256', width: 32 };

const ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

function isId(text: string): boolean {
  return ID.test(text);
}

export function commitId(text: string): CommitId {
  return checked(text) as CommitId;
}

export function treeId(text: string): TreeId {
  return checked(text) as TreeId;
}

export function blobId(text: string): BlobId {
  return checked(text) as BlobId;
}

/** What git takes for "no such ref" as an old value. */
export function zeroId(format: ObjectFormat): string {
  return '0'.repeat(format.width * 2);
}

/** The bytes that are hashed and stored: `<type> <size>\0<content>`, see gitformat-loose. */
export function framed(type: ObjectType, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${type} ${content.length}\0`, 'latin1'), content]);
}

export function idOf(format: ObjectFormat, frame: Uint8Array): string {
  return createHash(format.name).update(frame).digest('hex');
}

/** git reads an object from the disk without asking whether it has the content that its id names. */
export function isNamedBy(id: string, type: ObjectType, content: Uint8Array): boolean {
  const { name } = id.length === SHA1.width * 2 ? SHA1 : SHA256;
  const hash = createHash(name).update(`${type} ${content.length}\0`, 'latin1').update(content);
  return hash.digest('hex') === id;
}

function checked(text: string): string {
  if (!isId(text)) throw new TypeError(`not an object id: ${JSON.stringify(text)}`);
  return text;
}
