import type { Format } from './change.ts';
import type { Fault } from './fault.ts';
import { faultOf } from './fault-of.ts';
import { readBeginPatch } from './formats/begin-patch.ts';
import { bareData, dataPassages, isData } from './formats/chat/data-block.ts';
import { joined } from './formats/chat/joined.ts';
import { END_PATCH, isSentinel, type Marked } from './formats/chat/marks.ts';
import { headlessFaults, passagesWith, taggedDiffs, unclosedFaults, whole } from './formats/chat/passages.ts';
import { type Enclosure, isTaggedDiff, type Scan, scanChat } from './formats/chat/scan.ts';
import { readAnyDiff } from './formats/diff.ts';
import { readJsonForm } from './formats/json.ts';
import { looksLikeMail } from './formats/mbox.ts';
import type { Passage } from './formats/passage.ts';
import type { Reader } from './formats/reader.ts';
import { readSearchReplace } from './formats/search-replace.ts';
import { readWholeFiles } from './formats/whole-file.ts';

/** What has one reader, and may stand in one text only with its like. */
type Form = Marked | 'whole-file' | 'data';

const READERS: Readonly<Record<Form, Reader>> = {
  diff: readAnyDiff,
  'begin-patch': readBeginPatch,
  'search-replace': readSearchReplace,
  'whole-file': readWholeFiles,
  data: readJsonForm,
};

const NAMES: Readonly<Record<Form, string>> = {
  diff: 'a diff',
  'begin-patch': 'a "*** Begin Patch"',
  'search-replace': 'a SEARCH/REPLACE block',
  'whole-file': 'a whole file in a fence',
  data: 'a JSON or YAML block',
};

function formOf(format: Format): Form {
  switch (format) {
    case 'unified-diff':
    case 'git-diff':
    case 'mail':
      return 'diff';
    case 'begin-patch':
    case 'search-replace':
    case 'whole-file':
      return format;
    default:
      return 'data';
  }
}

export type Recognised =
  | {
      readonly kind: 'form';
      readonly reader: Reader;
      readonly passages: readonly Passage[];
      readonly notes: readonly string[];
    }
  | { readonly kind: 'faulty'; readonly faults: readonly Fault[] }
  | { readonly kind: 'unknown' };

/**
 * Tells by content which form a patch text has, with prose around it, and finds the stretches that hold it. Two forms in
 * one text are refused, unless the author named the one that counts. Linear in the length of the text.
 */
export function recognise(text: string, format: Format | null): Recognised {
  const named = format === null ? null : formOf(format);
  const only = wholeText(text);
  if (only !== null && (named === null || named === only)) return formed(only, [unscanned(text)]);
  const scan = scanChat(text);
  if (named !== null) return found(named, scan, text);
  const forms = formsIn(scan);
  const [first, second] = forms;
  if (first === undefined) return leftover(scan, text);
  return second === undefined ? found(first.form, scan, text) : mixed(first, second);
}

/** Data and mails fill the whole text: what looks like a fence or a mark in one belongs to it. */
function wholeText(text: string): Form | null {
  if (looksLikeMail(text)) return 'diff';
  return isData(text) ? 'data' : null;
}

function unscanned(text: string): Passage {
  return { text, firstLine: 1, name: null };
}

function formed(form: Form, passages: readonly Passage[], notes: readonly string[] = []): Recognised {
  return { kind: 'form', reader: READERS[form], passages, notes };
}

/** The passages of one form; where none is seen, the whole text, so that its reader says what is missing. */
function found(form: Form, scan: Scan, text: string): Recognised {
  const { faults: turns, notes } = form === 'data' ? { faults: [], notes: [] } : joined(form, scan);
  if (turns.length > 0) return { kind: 'faulty', faults: turns };
  switch (form) {
    case 'whole-file':
      return formed(form, [unscanned(text)], notes);
    case 'search-replace':
      return formed(form, [whole(scan)], notes);
    case 'data': {
      const sure = dataPassages(scan, 'block');
      const fenced = sure.length > 0 ? sure : dataPassages(scan, 'any');
      return formed(form, fenced.length > 0 ? fenced : [bareData(text) ?? unscanned(text)]);
    }
    default: {
      const faults = [
        ...unclosedFaults(enclosuresOf(form, scan)),
        ...(form === 'diff' ? headlessFaults(scan) : []),
      ];
      if (faults.length > 0) return { kind: 'faulty', faults };
      return formed(form, orAll(passagesWith(form, scan), text), notes);
    }
  }
}

function orAll(passages: readonly Passage[], text: string): readonly Passage[] {
  return passages.length > 0 ? passages : [unscanned(text)];
}

/** Those whose end tells where the form ends; `*** End Patch` tells it by itself. */
function enclosuresOf(form: Marked, scan: Scan): readonly Enclosure[] {
  const around = new Set(scan.marks.flatMap((mark) => (mark.form === form ? (mark.inside ?? []) : [])));
  if (form !== 'begin-patch') return [...around];
  const end = scan.lines.findLastIndex(({ text }) => isSentinel(text, END_PATCH));
  return [...around].filter(({ open }) => open > end);
}

interface Sighting {
  readonly form: Form;
  /** Line of the patch text, from 1. */
  readonly line: number;
}

/** Each form that the text surely holds, with the line where it begins first, in the order of the text. */
function formsIn(scan: Scan): readonly Sighting[] {
  const first = new Map<Form, number>();
  const see = (form: Form, line: number) => first.set(form, Math.min(line, first.get(form) ?? line));
  const holding = new Set<Enclosure>();
  for (const { form, at, inside } of scan.marks) {
    see(form, at + 1);
    if (inside !== null) holding.add(inside);
  }
  for (const enclosure of scan.enclosures) {
    const isNamed = enclosure.kind === 'fence' && enclosure.name.kind === 'name';
    if (isNamed && !holding.has(enclosure) && !isTaggedDiff(enclosure)) see('whole-file', enclosure.open + 1);
  }
  for (const { open } of taggedDiffs(scan)) see('diff', open + 1);
  for (const { firstLine } of dataPassages(scan, 'block')) see('data', firstLine);
  return [...first].map(([form, line]) => ({ form, line })).sort((a, b) => a.line - b.line);
}

/** Nothing is marked or named: data in a fence, or a fence that lacks a name, or prose. */
function leftover(scan: Scan, text: string): Recognised {
  const data = dataPassages(scan, 'any');
  if (data.length > 0) return formed('data', data);
  const bare = bareData(text);
  if (bare !== null) return formed('data', [bare]);
  return scan.enclosures.some(({ kind }) => kind === 'fence')
    ? formed('whole-file', [unscanned(text)])
    : { kind: 'unknown' };
}

function mixed(first: Sighting, second: Sighting): Recognised {
  const [one, other] = [NAMES[first.form], NAMES[second.form]];
  const fault = faultOf(
    'malformed',
    {
      message: `The text holds ${one} at line ${first.line} and ${other} at line ${second.line}; expected one form.`,
      hint: 'Send each form as a patch of its own, or name the one that counts (--format); the other is then prose.',
    },
    { patchLine: second.line },
  );
  return { kind: 'faulty', faults: [fault] };
}
