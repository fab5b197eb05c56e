import { folded } from './twin-key.ts';

/**
 * Code points that HFS+ ignores when it compares names, so that `.g<U+200C>it` opens `.git` there.
 * Source: git's utf8.c, next_hfs_char.
 */
function ignoredByHfs(point: number): boolean {
  return (
    (point >= 0x200c && point <= 0x200f) ||
    (point >= 0x202a && point <= 0x202e) ||
    (point >= 0x206a && point <= 0x206f) ||
    point === 0xfeff
  );
}

/**
 * The name that a case-insensitive or forgetful file system may open for a segment (Unicode text), in lower case once all
 * that is one letter to some file system is one (`folded`): without ignorable code points, without an alternate stream (`:...`) and without trailing dots and spaces.
 */
export function openedName(segment: string): string {
  const visible = Array.from(segment)
    .filter((char) => !ignoredByHfs(char.codePointAt(0) ?? 0))
    .join('');
  const stream = visible.indexOf(':');
  const name = folded(stream < 0 ? visible : visible.slice(0, stream)).toLowerCase();
  let end = name.length;
  while (end > 0 && (name[end - 1] === '.' || name[end - 1] === ' ')) end--;
  return name.slice(0, end);
}

/** Whether a segment (Unicode text) is the repository's own directory on any platform. CVE-2014-9390, CVE-2019-1352. */
export function isDotGit(segment: string): boolean {
  const name = openedName(segment);
  return name === '.git' || name === 'git~1';
}
