import { quoted } from '../../bytes.ts';
import type { Fault } from '../../fault.ts';
import { faultOf } from '../../fault-of.ts';
import { isFenceLine } from './fence.ts';
import { nameOn } from './file-name.ts';
import type { Marked } from './marks.ts';
import type { Enclosure, Scan } from './scan.ts';

/*
 * What a chat says between two blocks of one form. They make one change; that is worth a note where there is talk between
 * them, and wrong where the talk says that one takes the place of the other.
 */

/** What was found about blocks that are taken together. */
export interface Joined {
  readonly faults: readonly Fault[];
  readonly notes: readonly string[];
}

/** Lines of the text (indexes), both included. */
interface Stretch {
  readonly first: number;
  readonly last: number;
  readonly enclosed: boolean;
}

/** More lines than this are not listed. */
const MAX_LISTED = 20;

/** Looks at the talk between the blocks of a form. */
export function joined(form: Marked | 'whole-file', scan: Scan): Joined {
  const stretches = form === 'whole-file' ? namedFences(scan) : stretchesOf(form, scan);
  const faults: Fault[] = [];
  let talked = false;
  for (const [at, next] of stretches.entries()) {
    const before = stretches[at - 1];
    if (before === undefined) continue;
    const talk = talkBetween(before, next, scan);
    const turn = talk.find(({ text }) => saysInstead(text));
    if (turn !== undefined) faults.push(insteadFault({ before, next, turn }));
    // Between bare diffs stand the headers of tools and the messages of commits.
    talked ||= talk.length > 0 && (form !== 'diff' || before.enclosed || next.enclosed);
  }
  if (!talked) return { faults, notes: [] };
  const lines = stretches.slice(0, MAX_LISTED).map(({ first }) => first + 1);
  const more = stretches.length > lines.length ? ' and more' : '';
  const notes = [
    `${stretches.length} blocks with text between them are taken together: at lines ${lines.join(', ')}${more}`,
  ];
  return { faults, notes };
}

function namedFences({ enclosures, lines }: Scan): Stretch[] {
  return enclosures
    .filter(({ kind, name }) => kind === 'fence' && name.kind === 'name')
    .map((fence) => ofEnclosure(fence, lines.length));
}

function stretchesOf(form: Marked, { marks, lines }: Scan): Stretch[] {
  const stretches: Stretch[] = [];
  for (const { at, last, inside, form: own } of marks) {
    if (own !== form) continue;
    const outer = inside?.within ?? inside;
    const one = outer === null ? { first: at, last, enclosed: false } : ofEnclosure(outer, lines.length);
    const before = stretches.at(-1);
    if (before === undefined || one.first > before.last) stretches.push(one);
  }
  return stretches;
}

function ofEnclosure({ open, close }: Enclosure, end: number): Stretch {
  return { first: open, last: close ?? end, enclosed: true };
}

interface Talk {
  readonly text: string;
  /** Index of the line. */
  readonly at: number;
}

/** Lines that are neither blank, nor a fence, nor the name of a file, nor indented as messages of commits are. */
function talkBetween(before: Stretch, next: Stretch, { lines }: Scan): Talk[] {
  const talk: Talk[] = [];
  for (let at = before.last + 1; at < next.first; at++) {
    const text = lines[at]?.text ?? '';
    const isTalk = /^ {0,3}[^\s]/.test(text) && !isFenceLine(text) && nameOn(text).kind !== 'name';
    if (isTalk) talk.push({ text: text.trim(), at });
  }
  return talk;
}

/** Longer lines tell what is done, and hardly ever that something is done in another way. */
const MAX_LINE = 300;

const INSTEAD: readonly RegExp[] = [
  /^[#*_>\s-]{0,9}(?:option|alternative|variant|version|choice)\s(?:[a-z]|\d{1,2}|one|two|three)\b(?!\.\d)/i,
  /^[#*_>\s-]{0,9}(?:or(?:,? (?:alternatively|(?:use |try |take )?(?:this|these)(?: one| version)?))?|alternatively|alternative|instead|correction|corrected|oops)\s{0,2}[:,!*]/i,
  /\b(?:pick|choose) (?:only )?one\b/i,
  /\b(?:use|try|take|apply) (?:this|these|the following|this one)(?: (?:block|diff|patch|version|one))? instead\b/i,
  /\bcorrect(?:ed)?(?: (?:version|block|diff|patch|one|code))? is\b/i,
  /\b(?:corrected|fixed) (?:version|block|diff|patch)\b/i,
  /\b(?:ignore|disregard|scratch|forget) (?:the |my )?(?:above|previous|first|that|last)\b/i,
  /(?:^|[.!?]\s)[#*_>\s-]{0,9}(?:no|oh|oops|hmm|actually|ah)?[,.!]?\s?\bwait\s?[,.!:\u2014-]/i,
  /\b(?:no|oh|oops|hmm|actually),? wait\b/i,
  /\bthat(?:'|\u2019|\xe2\x80\x99)?s (?:wrong|not right|incorrect)\b/i,
  /\bon second thought/i,
];

function saysInstead(text: string): boolean {
  return text.length <= MAX_LINE && INSTEAD.some((words) => words.test(text));
}

function insteadFault(at: { readonly before: Stretch; readonly next: Stretch; readonly turn: Talk }): Fault {
  const [first, second] = [at.before.first + 1, at.next.first + 1];
  return faultOf(
    'malformed',
    {
      message: `Line ${at.turn.at + 1} of the patch, ${quoted(at.turn.text, 60)}, says that the block at line ${second} may be meant in place of the one at line ${first}; expected one answer.`,
      hint: 'Send only what is to land; where all blocks are, without words between them that say otherwise.',
    },
    { patchLine: second },
  );
}
