import type { Path } from '../../git.ts';
import { legible, utf8 } from '../bytes.ts';
import { firstHidden } from '../hidden-characters.ts';
import { isDotGit } from './dot-git.ts';
import { whyNotOnWindows } from './windows-name.ts';

export type ParsedPath =
  | { readonly kind: 'path'; readonly path: Path }
  /** `hint`: what to do about it. */
  | { readonly kind: 'refused'; readonly why: string; readonly hint: string };

/** Linux's NAME_MAX, and a quarter of its PATH_MAX, so that a checkout fits below any folder: longer names exist in no work tree. */
const MAX_SEGMENT = 255;
const MAX_LENGTH = 1024;

/**
 * Reads a path as a patch gives it (bytes as latin1, prefixes already stripped). Refuses and never normalises, so that
 * what was checked is what is written, and refuses the same on every platform. `why` completes the sentence "the path ...".
 */
export function parsePath(bytes: string): ParsedPath {
  const why = bytes.length > MAX_LENGTH ? `is longer than ${MAX_LENGTH} bytes` : whyRefused(bytes);
  return why === null
    ? { kind: 'path', path: bytes as Path }
    : { kind: 'refused', why, hint: hintFor(bytes) };
}

const FROM_THE_TOP = 'Name the file relative to the top of the repository, with plain segments.';

/** A name that leads elsewhere is spelt otherwise; one that no platform may have has to become another one. */
function hintFor(bytes: string): string {
  const segments = legible(bytes).split('/');
  if (/^(?:\/|[A-Za-z]:)|\\/.test(bytes)) return FROM_THE_TOP;
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) return FROM_THE_TOP;
  if (segments.some(isDotGit)) return 'Leave it out: what git keeps for itself is never written.';
  return 'Give the file another name, which every platform can hold; docs/formats.md tells which are refused.';
}

function whyRefused(bytes: string): string | null {
  const text = legible(bytes);
  // Git takes such names. Here they are shown to people before they are believed, and these could not be shown as they are.
  if (utf8(text) !== bytes) return 'is not valid UTF-8';
  if (text === '') return 'is empty';
  if (text.startsWith('/')) return 'is absolute';
  if (text.includes('\\')) return 'contains a backslash';
  if (/^[A-Za-z]:/.test(text)) return 'begins with a drive letter';
  const hidden = firstHidden(text);
  if (hidden !== null) return `contains the invisible character ${hidden}`;
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
  return whyNotOnWindows(segment);
}
