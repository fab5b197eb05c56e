import type { Path } from '../../git.ts';
import { legible } from '../bytes.ts';
import { isDotGit, openedName } from './dot-git.ts';

export type ParsedPath =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'refused'; readonly why: string };

/** Linux's NAME_MAX, and a quarter of its PATH_MAX, so that a checkout fits below any folder: longer names exist in no work tree. */
const MAX_SEGMENT = 255;
const MAX_LENGTH = 1024;

/**
 * Reads a path as a patch gives it (bytes as latin1, prefixes already stripped). Refuses and never normalises, so that
 * what was checked is what is written. `why` completes the sentence "the path ...".
 */
export function parsePath(bytes: string): ParsedPath {
  const why = bytes.length > MAX_LENGTH ? `is longer than ${MAX_LENGTH} bytes` : whyRefused(legible(bytes));
  return why === null ? { kind: 'path', path: bytes as Path } : { kind: 'refused', why };
}

function whyRefused(text: string): string | null {
  if (text === '') return 'is empty';
  if (text.startsWith('/')) return 'is absolute';
  if (text.includes('\\')) return 'contains a backslash';
  if (/^[A-Za-z]:/.test(text)) return 'begins with a drive letter';
  const hidden = Array.from(text).find((char) => isInvisible(char.codePointAt(0) ?? 0));
  if (hidden !== undefined) return `contains the invisible character ${codePoint(hidden)}`;
  for (const segment of text.split('/')) {
    const why = whySegmentRefused(segment);
    if (why !== null) return why;
  }
  return null;
}

function whySegmentRefused(segment: string): string | null {
  if (segment === '') return 'has an empty segment';
  if (Buffer.byteLength(segment) > MAX_SEGMENT) return `has a segment longer than ${MAX_SEGMENT} bytes`;
  if (segment === '.' || segment === '..') return `has the segment "${segment}", which leads elsewhere`;
  if (segment.startsWith('-')) return `has a segment that begins with a dash, ${segment}`;
  if (isDotGit(segment)) return `leads into the repository's own directory (${JSON.stringify(segment)})`;
  return null;
}

/** Control characters (C0, DEL, C1) and the bidirectional controls of CVE-2021-42574. */
function isInvisible(point: number): boolean {
  return (
    point < 0x20 ||
    (point >= 0x7f && point <= 0x9f) ||
    point === 0x61c ||
    point === 0x200e ||
    point === 0x200f ||
    (point >= 0x202a && point <= 0x202e) ||
    (point >= 0x2066 && point <= 0x2069)
  );
}

function codePoint(char: string): string {
  return `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

const SENSITIVE_FILES: ReadonlySet<string> = new Set([
  '.gitattributes',
  '.gitmodules',
  '.gitconfig',
  '.npmrc',
  '.pnpmfile.cjs',
  '.gitlab-ci.yml',
  '.envrc',
  '.mcp.json',
  // The 8.3 names under which NTFS opens the first two.
  'gitatt~1',
  'gitmod~1',
]);
const SENSITIVE_FOLDERS: ReadonlySet<string> = new Set([
  '.husky',
  '.circleci',
  '.vscode',
  '.idea',
  '.claude',
  '.codex',
  '.cursor',
]);
const SENSITIVE_AT_THE_ROOT: ReadonlySet<string> = new Set(['ghost.yml', 'jenkinsfile']);

/**
 * Whether git, a package manager, a build server, an editor or an agent executes or obeys what stands at this path, so
 * that changing it needs an explicit grant. `package.json` does not count: checks install with scripts off.
 */
export function isSensitive(path: Path): boolean {
  const names = legible(path).split('/').map(openedName);
  const last = names.at(-1) ?? '';
  if (names.length === 1 && SENSITIVE_AT_THE_ROOT.has(last)) return true;
  if (names.some((name) => SENSITIVE_FOLDERS.has(name) || SENSITIVE_FILES.has(name))) return true;
  if (last.startsWith('.yarnrc')) return true;
  return names.some((name, at) => name === '.github' && names[at + 1] === 'workflows');
}
