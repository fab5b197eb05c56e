import { latin1 } from './bytes.ts';
import type { Parsed } from './change.ts';
import { boundFaults } from './faults/bound-faults.ts';
import { withoutBom } from './file-lines.ts';
import { foreignText } from './formats/diff/foreign.ts';
import { patchLines } from './formats/patch-lines.ts';
import type { ReadOptions } from './formats/reader.ts';
import { refused } from './formats/refused.ts';
import { MAX_PATCH_BYTES } from './limits.ts';
import { recognise } from './recognise.ts';
import { unrepeated } from './repeated-edits.ts';

/** Reads patch text into a change, or into every fault found. Linear in the length of the text. */
export function parseChange(body: Uint8Array, options: ReadOptions): Parsed {
  if (body.length > MAX_PATCH_BYTES) {
    const message = `The patch has ${body.length} bytes; expected at most ${MAX_PATCH_BYTES}.`;
    return refused('too_large', message, 'Split it into smaller patches.');
  }
  const text = withoutBom(latin1(body));
  if (text.trim() === '') return refused('empty_patch', 'The patch is empty.', SEND);
  if (isUtf16(text)) {
    return refused('unknown_format', 'The patch is UTF-16 text; expected UTF-8.', 'Save it as UTF-8.');
  }
  const form = recognise(text, options.format);
  if (form.kind === 'form') return noted(unrepeated(form.reader(form.passages, options)), form.notes);
  if (form.kind === 'faulty') return { kind: 'faulty', faults: boundFaults(form.faults) };
  const foreign = foreignText(patchLines(text));
  if (foreign !== null) return { kind: 'faulty', faults: [foreign] };
  return refused(
    'unknown_format',
    'The text is no diff (no "--- " and "+++ " lines, no "diff --git") and none of the other forms.',
    SEND,
  );
}

function noted(parsed: Parsed, notes: readonly string[]): Parsed {
  if (parsed.kind === 'faulty' || notes.length === 0) return parsed;
  const { change } = parsed;
  return { kind: 'change', change: { ...change, notes: [...notes, ...change.notes] } };
}

const SEND =
  'Send a unified or git diff, a mail, *** Begin Patch, SEARCH/REPLACE blocks, whole files in named fences, JSON edits or a block of the old runner; docs/formats.md shows each.';

/** With its byte order mark, or with a NUL in every second place of the beginning, as ASCII has it there. */
function isUtf16(text: string): boolean {
  if (text.startsWith('\xff\xfe') || text.startsWith('\xfe\xff')) return true;
  return /^(?:[^\0]\0){8}/.test(text) || /^(?:\0[^\0]){8}/.test(text);
}
