import { NO_TERMS } from '../../patch/terms.ts';
import { legible, utf8 } from '../bytes.ts';
import type { Format, Parsed } from '../change.ts';
import { boundFaults } from '../faults/bound-faults.ts';
import { MAX_FILES } from '../limits.ts';
import { readBlockA } from './block-a.ts';
import { isBlockB, readBlockB } from './block-b.ts';
import { readBlockC } from './block-c.ts';
import { isBlockD, readBlockD } from './block-d.ts';
import { isBlockE, readBlockE } from './block-e.ts';
import { isBlockF, readBlockF } from './block-f.ts';
import { phaseOfBlock } from './blocks/block-phase.ts';
import type { Contents } from './contents.ts';
import { readJsonText } from './data/json-text.ts';
import { kindOf, type Located, type ReadData, shown } from './data/located.ts';
import { type Field, has, isObject, type ObjectField, Reading, wholeField } from './data/reading.ts';
import { readJsonEdits } from './json-edits.ts';
import type { Passage } from './passage.ts';
import type { ReadOptions } from './reader.ts';
import { refused } from './refused.ts';
import { isToolOperation, readToolOperations } from './tool-operations.ts';

type BlockFormat = Extract<Format, `block-${string}`>;
type FormReader = (block: ObjectField, reading: Reading) => Contents;

const BLOCKS: Readonly<Record<BlockFormat, FormReader>> = {
  'block-a': readBlockA,
  'block-b': readBlockB,
  'block-c': readBlockC,
  'block-d': readBlockD,
  'block-e': readBlockE,
  'block-f': readBlockF,
};

const SEND = 'Send {"edits": [...]}, one of the old blocks, or a diff; docs/formats.md shows each of them.';

/** Reads whichever form of plain data the text has, JSON or YAML: our own edits, or one of the old runner's blocks. */
export function readJsonForm(passages: readonly Passage[], options: ReadOptions): Parsed {
  const [passage, second] = passages;
  if (passage === undefined) return refused('empty_patch', 'The patch is empty.', SEND);
  if (second !== undefined) {
    const lines = passages.map(({ firstLine }) => firstLine).join(', ');
    const message = `The text has ${passages.length} blocks of data, on lines ${lines}; expected one.`;
    return refused(
      'malformed',
      message,
      'Send each as a patch of its own, in the order they are to land.',
      second.firstLine,
    );
  }
  const text = legible(passage.text);
  if (utf8(text) !== passage.text) return notUtf8(passage, text);
  const read = readData(text, options);
  return read.kind === 'data' ? formed(read.data, passage, options) : unreadable(read, passage.firstLine);
}

function readData(text: string, options: ReadOptions): ReadData {
  if (/^\s*[{[]/.test(text)) return readJsonText(text);
  if (options.yaml !== undefined) return options.yaml(text);
  const problem = 'it is no JSON, which begins with { or [, and YAML is not read here';
  return { kind: 'unreadable', line: 1, column: null, problem };
}

function unreadable(
  { line, column, problem }: Extract<ReadData, { kind: 'unreadable' }>,
  firstLine: number,
): Parsed {
  const at = line + firstLine - 1;
  const where = column === null ? `Line ${at}` : `Line ${at}, column ${column}`;
  return refused(
    'malformed',
    `${where} of the patch: ${problem}.`,
    'Repair it there, and send all of it again.',
    at,
  );
}

function notUtf8({ text, firstLine }: Passage, decoded: string): Parsed {
  const again = utf8(decoded);
  let at = 0;
  while (text[at] === again[at]) at++;
  const line = firstLine + text.slice(0, at).split('\n').length - 1;
  const message = `Line ${line} of the patch is not UTF-8; expected JSON or YAML in UTF-8.`;
  return refused(
    'malformed',
    message,
    'Save it as UTF-8; send other bytes as contentBase64 of JSON edits.',
    line,
  );
}

function formed(data: Located, passage: Passage, options: ReadOptions): Parsed {
  const patch = wholeField(data);
  const reading = new Reading(passage, options);
  const contents = readForm(patch, options.format, reading);
  if (contents !== null) return finished(inPhase(contents, patch, reading), reading);
  const names = isObject(patch) ? [...patch.value.members.keys()].slice(0, 8).map(shown) : [];
  const got = names.length === 0 ? kindOf(data) : `an object with ${names.join(', ')}`;
  const { firstLine } = reading.span(data.span);
  return refused(
    'unknown_format',
    `The patch is ${got}, which is none of the forms that are read.`,
    SEND,
    firstLine,
  );
}

/** Reads the form that the author named, or the one that the members tell; null where they tell none. */
function readForm(patch: Field, format: Format | null, reading: Reading): Contents | null {
  if (patch.value?.kind === 'list' && (format === null || format === 'json-edits')) {
    return readToolOperations(patch, reading);
  }
  if (!isObject(patch)) return null;
  if (format !== null && isBlockFormat(format)) return BLOCKS[format](patch, reading);
  if (has(patch, 'edits')) return readJsonEdits(patch, reading);
  if (isToolOperation(patch)) return readToolOperations(patch, reading);
  if (format === 'json-edits') return readJsonEdits(patch, reading);
  const block = blockFormatOf(patch);
  return block === null ? null : BLOCKS[block](patch, reading);
}

function isBlockFormat(format: Format): format is BlockFormat {
  return Object.hasOwn(BLOCKS, format);
}

function blockFormatOf(block: ObjectField): BlockFormat | null {
  if (isBlockF(block)) return 'block-f';
  if (isBlockE(block)) return 'block-e';
  if (isBlockD(block)) return 'block-d';
  if (has(block, 'mutations')) return isBlockB(block) ? 'block-b' : 'block-c';
  if (['target_file', 'patch', 'id', 'role'].some((name) => has(block, name))) return 'block-a';
  return has(block, 'blockId') ? 'block-c' : null;
}

/** Our own edits tell no phase: who submits them says it beside them. */
function inPhase(contents: Contents, patch: Field, reading: Reading): Contents {
  if (!isBlockFormat(contents.format)) return contents;
  const phase = phaseOfBlock(patch, contents.externalId, reading);
  return phase === null ? contents : { ...contents, terms: { ...(contents.terms ?? NO_TERMS), phase } };
}

function finished(contents: Contents, reading: Reading): Parsed {
  if (reading.faults.length > 0) {
    const ordered = reading.faults.toSorted((a, b) => (a.patchLine ?? 0) - (b.patchLine ?? 0));
    return { kind: 'faulty', faults: boundFaults(ordered) };
  }
  const { edits } = contents;
  if (edits.length === 0) {
    return refused(
      'empty_patch',
      'The patch changes no file: its list of changes is empty.',
      SEND,
      reading.firstLine,
    );
  }
  const files = new Set(edits.map(({ path }) => path)).size;
  if (files > MAX_FILES) {
    const message = `The patch has ${files} files; expected at most ${MAX_FILES}.`;
    return refused('too_large', message, 'Split it into smaller patches.', reading.firstLine);
  }
  return { kind: 'change', change: { ...contents, notes: reading.notes, mail: null } };
}
