import { latin1 } from './bytes.ts';
import type { Format, Parsed } from './change.ts';
import type { FaultCode } from './fault.ts';
import { faultOf } from './fault-of.ts';
import { boundFaults } from './faults/bound-faults.ts';
import { parseBlockA } from './formats/block-a.ts';
import { readDiff } from './formats/diff-text.ts';
import { patchLines } from './formats/patch-lines.ts';

/** 8 MiB, the most that any way in accepts. */
export const MAX_BYTES = 8 * 1024 * 1024;

const UTF8_BOM = '\xef\xbb\xbf';

/**
 * Reads patch text into a change, or into every fault found. `format: null` chooses by content: a JSON object is a
 * block, everything else a diff. Linear in the length of the text.
 */
export function parseChange(body: Uint8Array, options: { readonly format: Format | null }): Parsed {
  if (body.length > MAX_BYTES) {
    return faulty('too_large', `The patch has ${body.length} bytes; expected at most ${MAX_BYTES}.`, SPLIT);
  }
  const whole = latin1(body);
  const text = whole.startsWith(UTF8_BOM) ? whole.slice(UTF8_BOM.length) : whole;
  if (text.trim() === '') return faulty('empty_patch', 'The patch is empty.', SEND);
  if (text.startsWith('\xff\xfe') || text.startsWith('\xfe\xff')) {
    return faulty('unknown_format', 'The patch is UTF-16 text; expected UTF-8.', 'Save it as UTF-8.');
  }
  const format = options.format ?? (text.trimStart().startsWith('{') ? 'block-a' : 'diff');
  return format === 'block-a' ? parseBlockA(text) : parseDiff(text, options.format);
}

const SPLIT = 'Split it into smaller patches.';
const SEND = 'Send a unified diff, a git diff or a JSON block; docs/formats.md shows each.';

function parseDiff(text: string, named: Format | null): Parsed {
  const diff = readDiff(patchLines(text));
  if (diff.faults.length > 0) return { kind: 'faulty', faults: boundFaults(diff.faults) };
  if (diff.headers === 'none' && named === null) {
    return faulty(
      'unknown_format',
      'The text is no diff (no "--- " and "+++ " lines, no "diff --git") and no JSON block.',
      SEND,
    );
  }
  if (diff.edits.length === 0) {
    return faulty('empty_patch', 'The text changes no file: no header of a file is in it.', SEND);
  }
  const { edits, notes, title } = diff;
  const format = diff.headers === 'git' ? 'git-diff' : 'unified-diff';
  return { kind: 'change', change: { format, title, externalId: null, edits, notes } };
}

function faulty(code: FaultCode, message: string, hint: string): Parsed {
  return { kind: 'faulty', faults: [faultOf(code, { message, hint })] };
}
