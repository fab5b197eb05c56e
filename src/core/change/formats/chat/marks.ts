import { hunkHeader } from '../diff/hunk-header.ts';

/** Forms that are known by a line of their own, wherever it stands. */
export type Marked = 'diff' | 'begin-patch' | 'search-replace';

/** `<<<<<<< SEARCH` as aider has it, 5 to 9 signs; `------- SEARCH` as Cline has it. */
const SEARCH = /^[ \t]{0,40}(?:<{5,9}|-{5,9}) SEARCH>?[ \t]*$/;
const REPLACE = /^[ \t]{0,40}(?:>{5,9}|\+{5,9}) REPLACE[ \t]*$/;
const DIVIDER = /^[ \t]{0,40}={5,9}[ \t]*$/;

export function isSearch(text: string): boolean {
  return text.length < 100 && SEARCH.test(text);
}

export function isReplace(text: string): boolean {
  return text.length < 100 && REPLACE.test(text);
}

export function isDivider(text: string): boolean {
  return text.length < 100 && DIVIDER.test(text);
}

export const BEGIN_PATCH = '*** Begin Patch';
export const END_PATCH = '*** End Patch';
/** The headers of V4A, with what follows each. */
export const SECTION_HEADERS = ['*** Add File: ', '*** Delete File: ', '*** Update File: '] as const;

/** Which form the line at hand begins; `next` are the lines after it, which a plain diff needs. */
export function markOf(text: string, next: (ahead: number) => string): Marked | null {
  if (isSearch(text)) return 'search-replace';
  if (isSentinel(text, BEGIN_PATCH) || SECTION_HEADERS.some((header) => text.startsWith(header))) {
    return 'begin-patch';
  }
  if (text.startsWith('diff --git ') || text.startsWith('Binary files ') || text === 'GIT binary patch') {
    return 'diff';
  }
  if (text.startsWith('--- ') && next(1).startsWith('+++ ')) return 'diff';
  return hunkHeader(text) === null ? null : 'diff';
}

export function isSentinel(text: string, sentinel: string): boolean {
  return text.startsWith(sentinel) && text.trimEnd() === sentinel;
}

/** Lines of a diff or of V4A sections, whose content is prefixed, so that no mark in it stands at a line's beginning. */
export function isPrefixed(text: string, form: Marked): boolean {
  if (text === '' || ' +-@\\'.includes(text.charAt(0))) return true;
  return form === 'diff' ? DIFF_HEADER.test(text.slice(0, 40)) : text.startsWith('*** ') && !isBegin(text);
}

function isBegin(text: string): boolean {
  return isSentinel(text, BEGIN_PATCH);
}

const DIFF_HEADER =
  /^(?:diff -|index |new file |deleted file |old mode |new mode |similarity |dissimilarity |rename |copy |Index: |={60}|Binary files |GIT binary patch|literal |delta )/;
