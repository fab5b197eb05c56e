import type { Path } from '../../git.ts';
import { legible } from '../bytes.ts';

/**
 * Two names of one folder with the same key are one file where the file system ignores case (NTFS, APFS, ext4 with
 * casefold) or normalisation (APFS, HFS+). Lower case first and upper case then folds what has several lower or upper
 * forms: the long s, the Kelvin sign, the sharp s, the final sigma.
 */
export function twinKey(name: string): string {
  return isAscii(name) ? name.toUpperCase() : folded(legible(name));
}

/** The same for Unicode text. Ligatures (U+FB01) come apart by it, as they do on APFS. */
export function folded(name: string): string {
  return name.normalize('NFC').toLowerCase().toUpperCase().normalize('NFC');
}

function isAscii(name: string): boolean {
  for (let at = 0; at < name.length; at++) if (name.charCodeAt(at) > 0x7f) return false;
  return true;
}

/** The folder a path stands in, and its name there. The top folder is the empty path. */
export function inFolder(path: Path): { readonly folder: Path; readonly name: string } {
  const slash = path.lastIndexOf('/');
  return { folder: path.slice(0, Math.max(0, slash)) as Path, name: path.slice(slash + 1) };
}
