import type { FileMode } from '../../../git.ts';
import { quoted } from '../../bytes.ts';
import { malformed, unsupported } from '../../fault-of.ts';
import type { PatchLine } from '../patch-lines.ts';
import { BINARY_HEADER } from './binary-patch.ts';
import { type GivenName, givenName } from './file-names.ts';

/** The lines of git's extended header, longest first where one begins like another. */
const FIELDS = [
  'old mode',
  'new mode',
  'deleted file mode',
  'new file mode',
  'copy from',
  'copy to',
  'rename from',
  'rename to',
  'similarity index',
  'dissimilarity index',
  'index',
] as const;
type Field = (typeof FIELDS)[number];

interface Value {
  readonly text: string;
  readonly line: number;
}

/** A `diff --git` header, not yet interpreted. */
export interface GitHeader {
  /** Line of `diff --git`, from 1. */
  readonly line: number;
  /** What follows `diff --git `. */
  readonly names: string;
  readonly fields: ReadonlyMap<Field, Value>;
  /** The `--- ` and `+++ ` lines, which stand there only above hunks. */
  readonly old: GivenName | null;
  readonly now: GivenName | null;
  /** What stands in place of hunks for a binary file; null where it is text. */
  readonly binary: 'content' | 'no-content' | null;
  /** Index of the first line after the header. */
  readonly next: number;
}

/** Reads the header whose `diff --git` line has index `at`. @throws Faulty malformed */
export function gitHeader(lines: readonly PatchLine[], at: number): GitHeader {
  const fields = new Map<Field, Value>();
  let next = at + 1;
  for (; next < lines.length; next++) {
    const text = lines[next]?.text ?? '';
    const field = FIELDS.find((name) => text.startsWith(`${name} `));
    if (field === undefined) break;
    if (fields.has(field))
      throw malformed(next + 1, `A second "${field}" line in one header.`, 'Make the diff again with git.');
    fields.set(field, { text: text.slice(field.length + 1), line: next + 1 });
  }
  const names = (lines[at]?.text ?? '').slice('diff --git '.length);
  const given = givenNames(lines, next);
  next = given.next;
  return { line: at + 1, names, fields, ...given, binary: binaryKind(lines[next]?.text ?? ''), next };
}

function givenNames(lines: readonly PatchLine[], at: number): Pick<GitHeader, 'old' | 'now' | 'next'> {
  const [first, second] = [lines[at]?.text ?? '', lines[at + 1]?.text ?? ''];
  if (!first.startsWith('--- ')) return { old: null, now: null, next: at };
  if (!second.startsWith('+++ ')) {
    throw malformed(
      at + 2,
      'The "--- " line is not followed by a "+++ " line.',
      'Name the file in both headers.',
    );
  }
  return { old: givenName(first.slice(4), at + 1), now: givenName(second.slice(4), at + 2), next: at + 2 };
}

/** Whether a line stands above binary content, or is the one that git and diff write where they leave it out. */
export function binaryKind(text: string): GitHeader['binary'] {
  if (text === BINARY_HEADER) return 'content';
  return text.startsWith('Binary files ') && text.endsWith(' differ') ? 'no-content' : null;
}

/** The mode in a field; null where the field is missing. @throws Faulty unsupported, malformed */
export function modeOf(header: GitHeader, field: Field): FileMode | null {
  const value = header.fields.get(field);
  if (value === undefined) return null;
  const text = field === 'index' ? (value.text.split(' ')[1] ?? '') : value.text.trim();
  if (field === 'index' && text === '') return null;
  if (text === '100644' || text === '100755' || text === '120000') return text;
  if (text === '160000') {
    throw unsupported(value.line, null, {
      message: `Line ${value.line}: mode 160000 is a submodule, which a patch may not change here.`,
      hint: 'Leave the submodule out of the patch and change it by hand.',
    });
  }
  if (!/^[0-7]{6}$/.test(text)) {
    throw malformed(
      value.line,
      `Line ${value.line}: ${quoted(text, 60)} is no mode.`,
      'Use 100644, 100755 or 120000.',
    );
  }
  throw unsupported(value.line, null, {
    message: `Line ${value.line}: mode ${text}; expected 100644 (file), 100755 (executable) or 120000 (symbolic link).`,
    hint: 'Use one of those modes.',
  });
}
