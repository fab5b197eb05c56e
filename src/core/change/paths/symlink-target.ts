import type { Path } from '../../git.ts';
import { legible } from '../bytes.ts';
import { openedName } from './dot-git.ts';
import { parsePath } from './path.ts';

/**
 * Why a link at `path` must not point to `target`, as the end of "the target ..."; null when it may.
 *
 * `..` is taken only at the beginning, where it climbs real directories. After a name it would climb from wherever a
 * second link leads, and reading the text alone could not tell that it leaves the tree.
 */
export function whyTargetRefused(target: string, path: Path): string | null {
  if (target.endsWith('\n')) return 'ends in a newline; a link\'s diff says "\\ No newline at end of file"';
  if (isObeyed(path)) return 'would be read by git as if it were a file of this tree';
  const segments = target.split('/');
  let climbs = 0;
  while (segments[climbs] === '..') climbs++;
  if (climbs > path.split('/').length - 1) return 'leaves the repository';
  const rest = segments.slice(climbs);
  if (climbs > 0 && rest.length === 0) return null;
  const parsed = parsePath(rest.join('/'));
  return parsed.kind === 'path' ? null : parsed.why;
}

/** Git refuses `.gitmodules` in a link's path, in all its disguises, and follows no link at `.gitattributes`. CVE-2018-11235. */
function isObeyed(path: Path): boolean {
  return legible(path)
    .split('/')
    .map(openedName)
    .some((name) => OBEYED.test(name));
}

const OBEYED = /^(?:\.gitmodules|\.gitattributes|gitmod~[1-4]|gitatt~[1-4]|gi7eba~[1-9]|gi7d29~[1-9])$/;
