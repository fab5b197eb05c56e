import { type HiddenLine, isBinary, newlyHidden } from '../../change/apply/hidden-text.ts';
import { legible } from '../../change/bytes.ts';
import type { FileChange } from '../../change/change.ts';
import { codePoint, withEscapes } from '../../change/hidden-characters.ts';
import { matchesGlob } from '../../glob.ts';
import { readGlobs } from '../globs.ts';
import { addedLines } from '../inspect/added-lines.ts';
import type { Finding, Inspected, Inspection } from '../inspect/finding.ts';
import { oddWords } from '../inspect/mixed-scripts.ts';
import { invalid, member, readChoice, type Spot } from '../plain-data.ts';

/** Characters on added lines that do not show, or are not what they look like. */
export interface TextTask {
  readonly kind: 'text';
  /** CVE-2021-42574, zero-width characters, tags. */
  readonly hidden: 'refused' | 'allowed';
  /** CVE-2021-42694: words that mix letters which look alike. */
  readonly mixedScripts: 'refused' | 'allowed';
  /** Globs of files that are not looked into: translations, for example. */
  readonly skip: readonly string[];
}

export const TEXT_KEYS = ['hidden', 'mixedScripts', 'skip'] as const;

const WAYS = ['refused', 'allowed'] as const;
/** A byte above ASCII: without one there is nothing to find. */
const BEYOND_ASCII = /[\x80-\xff]/;
const SHOWN_WORD = 60;

/** @throws GhostError gate_file_invalid */
export function readTextTask(check: ReadonlyMap<string, unknown>, spot: Spot): TextTask {
  const task = {
    kind: 'text',
    hidden: readChoice(check.get('hidden') ?? 'refused', member(spot, 'hidden'), WAYS),
    mixedScripts: readChoice(check.get('mixedScripts') ?? 'refused', member(spot, 'mixedScripts'), WAYS),
    skip: readGlobs(check.get('skip'), member(spot, 'skip')),
  } as const;
  if (task.hidden === 'allowed' && task.mixedScripts === 'allowed')
    throw invalid(spot, 'it refuses nothing: both `hidden` and `mixedScripts` are allowed');
  return task;
}

/** What nobody who reads the patch sees as it is. */
export function* findOddText(task: TextTask, { files }: Inspected): Inspection {
  const findings: Finding[] = [];
  const counts = { files: 0, skipped: 0 };
  for (const file of files) {
    if (file.after === null) continue;
    if (isBinary(file.after.bytes) || task.skip.some((glob) => matchesGlob(glob, legible(file.path)))) {
      counts.skipped += 1;
      continue;
    }
    counts.files += 1;
    if (task.hidden === 'refused') findings.push(...hiddenIn(file, file.after.bytes));
    if (task.mixedScripts === 'refused') findings.push(...mixedIn(file));
    yield;
  }
  return { findings, facts: counts };
}

function hiddenIn({ path, before }: FileChange, after: Uint8Array): readonly Finding[] {
  const { turned, unseen } = newlyHidden(before?.bytes ?? null, after);
  return [
    ...turned.map((line) => ({ path, ...turnedLine(line) })),
    ...unseen.map((line) => ({ path, ...unseenLine(line) })),
  ];
}

function mixedIn(file: FileChange): readonly Finding[] {
  return addedLines(file)
    .filter(({ text }) => BEYOND_ASCII.test(text))
    .flatMap(({ line, text }) => mixedLine(text).map((says) => ({ path: file.path, line, ...says })));
}

type Said = Pick<Finding, 'message' | 'hint'>;

function turnedLine({ line, points }: HiddenLine): Said & { readonly line: number } {
  return {
    line,
    message: `the line has ${points.join(', ')}, by which people see its characters in another order than a compiler`,
    hint: 'Take the character out; in a text that needs it, write it as an escape.',
  };
}

function unseenLine({ line, points }: HiddenLine): Said & { readonly line: number } {
  return {
    line,
    message: `the line has ${points.join(', ')}, which nobody sees`,
    hint: 'Take the character out; in a text that needs it, write it as an escape.',
  };
}

function mixedLine(text: string): readonly Said[] {
  return oddWords(legible(text)).map(({ word, letter, why }) => {
    const name = `\`${withEscapes(word.slice(0, SHOWN_WORD))}\``;
    const what =
      why === 'looks Latin' ? 'looks like a Latin letter and is none' : 'stands for a plain letter';
    return {
      message: `the word ${name} has ${codePoint(letter)}, which ${what}`,
      hint: 'Write the word in letters of one script.',
    };
  });
}
