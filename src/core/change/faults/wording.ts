import type { Format } from '../change.ts';

/**
 * How a form calls what it is made of. A fault is told in the words of the form that its author wrote: whoever wrote a
 * SEARCH block is not told of `@@` lines.
 */
export interface Wording {
  /** One of the things that are placed: `hunk`. */
  readonly unit: string;
  /** What is looked for, one line or several of it: `its old lines`. */
  readonly old: readonly [one: string, several: string];
  readonly fresh: string;
  /** How to take them from `where`, such as `lines 3-5`. */
  readonly copy: (where: string) => string;
  readonly moreContext: string;
  /** How to give a unit that only adds lines a place. */
  readonly anchorAddition: string;
  readonly reorder: string;
  /** How to say that they are for another file. */
  readonly moveTo: (path: string) => string;
  /** How to say that a file is new, after `to create the file, `. */
  readonly create: string;
}

const DIFF: Wording = {
  unit: 'hunk',
  old: ['its old line', 'its old lines'],
  fresh: 'its new lines',
  copy: (where) =>
    `Copy the context and removed lines from ${where} of the file exactly as they stand there.`,
  moreContext:
    'Add context lines until they stand only once, or give the right line number and counts in the @@ line of every hunk of this file.',
  anchorAddition: 'Add the line before or after as context, with a space in front: git diff -U1 does that.',
  reorder: 'Put the hunks into the order of the file and join those that overlap.',
  moveTo: (path) => `Put the hunk under the header of ${path}.`,
  create: 'use --- /dev/null',
};

const BEGIN_PATCH: Wording = {
  ...DIFF,
  unit: 'chunk',
  moreContext:
    'Add context lines until they stand only once, or name the class or function above them in an @@ line.',
  anchorAddition:
    'Add the line before or after as context, with a space in front, or the line above in an @@ line.',
  reorder: 'Put the chunks into the order of the file and join those that overlap.',
  moveTo: (path) => `Put the chunk under *** Update File: ${path}.`,
  create: 'use *** Add File',
};

const SEARCH_REPLACE: Wording = {
  unit: 'SEARCH/REPLACE block',
  old: ['its SEARCH line', 'its SEARCH lines'],
  fresh: 'its REPLACE lines',
  copy: (where) => `Copy the SEARCH lines from ${where} of the file exactly as they stand there.`,
  moreContext: 'Take more of the lines around them into SEARCH and REPLACE, until SEARCH stands only once.',
  anchorAddition: 'Put the line before or after the new ones into SEARCH and into REPLACE.',
  reorder: 'Join the blocks that overlap into one.',
  moveTo: (path) => `Write ${path} alone on the line above the block.`,
  create: 'leave SEARCH empty',
};

/** Hunks of a JSON form come from a diff inside of it. */
const JSON_FORM: Wording = { ...DIFF, create: 'give its whole content' };

const WORDING_OF: Readonly<Partial<Record<Format, Wording>>> = {
  'begin-patch': BEGIN_PATCH,
  'search-replace': SEARCH_REPLACE,
  'json-edits': JSON_FORM,
  ...{ 'block-a': JSON_FORM, 'block-b': JSON_FORM, 'block-c': JSON_FORM },
  ...{ 'block-d': JSON_FORM, 'block-e': JSON_FORM, 'block-f': JSON_FORM },
};

export function wordingOf(format: Format): Wording {
  return WORDING_OF[format] ?? DIFF;
}

/** `its old line does`, `its 3 old lines do`. */
export function oldLinesDo({ old }: Wording, count: number): string {
  const [one, several] = old;
  return count === 1 ? `${one} does` : `${several.replace('its ', `its ${count} `)} do`;
}

/** `its old line stands`, `its old lines stand`. */
export function oldLinesStand({ old }: Wording, count: number): string {
  return count === 1 ? `${old[0]} stands` : `${old[1]} stand`;
}

/** `line 3`, `lines 3-5`. */
export function sayLines(first: number, count: number): string {
  return count === 1 ? `line ${first}` : `lines ${first}-${first + count - 1}`;
}
