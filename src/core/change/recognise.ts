import type { Format } from './change.ts';
import { readBeginPatch } from './formats/begin-patch.ts';
import { readAnyDiff } from './formats/diff.ts';
import { readJsonForm } from './formats/json.ts';
import type { Passage } from './formats/passage.ts';
import type { Reader } from './formats/reader.ts';
import { readSearchReplace } from './formats/search-replace.ts';
import { readWholeFiles } from './formats/whole-file.ts';

/** Who reads a format. */
export const READER_OF: Readonly<Record<Format, Reader>> = {
  'unified-diff': readAnyDiff,
  'git-diff': readAnyDiff,
  mail: readAnyDiff,
  'begin-patch': readBeginPatch,
  'search-replace': readSearchReplace,
  'whole-file': readWholeFiles,
  'json-edits': readJsonForm,
  'block-a': readJsonForm,
  'block-b': readJsonForm,
  'block-c': readJsonForm,
  'block-d': readJsonForm,
  'block-e': readJsonForm,
  'block-f': readJsonForm,
};

export type Recognised =
  | { readonly kind: 'form'; readonly reader: Reader; readonly passages: readonly Passage[] }
  | { readonly kind: 'unknown' };

/**
 * Tells by content which form a patch text has: the first marker decides, and what it does not explain is for its
 * reader to refuse. Linear in the length of the text.
 */
export function recognise(text: string): Recognised {
  const whole = { text, firstLine: 1, name: null };
  if (text.trimStart().startsWith('{')) return { kind: 'form', reader: readJsonForm, passages: [whole] };
  const marker = MARKERS.find(({ sign }) => sign.test(text));
  if (marker !== undefined) return { kind: 'form', reader: marker.reader, passages: [whole] };
  return { kind: 'unknown' };
}

const MARKERS: readonly { readonly sign: RegExp; readonly reader: Reader }[] = [
  { sign: /^\*\*\* (?:Begin Patch|(?:Update|Add|Delete) File: )/m, reader: readBeginPatch },
  { sign: /^<{5,9} SEARCH/m, reader: readSearchReplace },
  { sign: /^(?:diff --git |--- |@@ |Binary files )/m, reader: readAnyDiff },
];
