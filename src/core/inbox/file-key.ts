import { type Sha256, sha256 } from '../digest.ts';

/**
 * The idempotency key of a file in an inbox: workspace, name and content. A file is submitted first and moved away after
 * that, so a death between the two submits it again: this key makes that the first receipt. It holds nothing that a
 * restart, a copy or a restored backup could change, such as a time or an inode. A file of another name, or with other
 * content, is another submission; the very same file dropped again is answered with its first receipt, for ever.
 * Everybody who knows the file can compute it, so it has a blank in it, which no key from outside has.
 */
export function keyOfFile(file: {
  readonly workspace: string;
  readonly name: string;
  readonly digest: Sha256;
}): string {
  // No name holds a NUL, so that no two files are written the same way.
  return `inbox ${sha256(`${file.workspace}\0${file.name}\0${file.digest}`)}`;
}
