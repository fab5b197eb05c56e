import type { Path } from '../../git.ts';
import { parsePath } from './path.ts';

/**
 * Why a link at `path` must not point to `target`, as the end of "the target ..."; null when it may.
 *
 * `..` is taken only at the beginning, where it climbs real directories. After a name it would climb from wherever a
 * second link leads, and reading the text alone could not tell that it leaves the tree.
 */
export function whyTargetRefused(target: string, path: Path): string | null {
  if (target.endsWith('\n')) return 'ends in a newline; a link\'s diff says "\\ No newline at end of file"';
  const segments = target.split('/');
  let climbs = 0;
  while (segments[climbs] === '..') climbs++;
  if (climbs > path.split('/').length - 1) return 'leaves the repository';
  const rest = segments.slice(climbs);
  if (climbs > 0 && rest.length === 0) return null;
  const parsed = parsePath(rest.join('/'));
  return parsed.kind === 'path' ? null : parsed.why;
}
