import { quoted } from '../../bytes.ts';
import { malformed } from '../../fault-of.ts';
import type { PatchLine } from '../patch-lines.ts';
import type { HunkEnd } from './hunk-end.ts';
import type { HunkHeader } from './hunk-header.ts';

/** As people write the items of a list. A line of a file with one space before its text is rare. */
const ITEM = /^[-+] [^\s*]/;

/**
 * Refuses a list right below a diff, `- please review`, which reads as removed lines: the counts of the header hold up to a
 * blank line, and nothing but items follow it. @throws Faulty malformed
 */
export function refuseProseBelow(
  lines: readonly PatchLine[],
  hunk: { readonly at: number; readonly numbers: HunkHeader | null; readonly end: HunkEnd },
): void {
  const { at, numbers, end } = hunk;
  if (numbers === null || end.countsAgree) return;
  let first = end.at;
  let [old, fresh] = [end.old, end.new];
  for (; first - 1 > at && ITEM.test(lines[first - 1]?.text ?? ''); first--) {
    if (lines[first - 1]?.text.startsWith('-')) old--;
    else fresh--;
  }
  if (first === end.at) return;
  for (let blank = first; blank - 1 > at && lines[blank - 1]?.text === ''; blank--) {
    [old, fresh] = [old - 1, fresh - 1];
    if (old === numbers.oldCount && fresh === numbers.newCount) throw list(lines, first);
  }
}

function list(lines: readonly PatchLine[], first: number) {
  const got = quoted(lines[first]?.text ?? '', 60);
  return malformed(
    first + 1,
    `Line ${first + 1} of the patch, ${got}, reads as a changed line; the counts in the @@ line hold up to the blank line above it, so that it may be the item of a list.`,
    'Put words behind the diff into a text of their own, or the diff into a fence; if the lines belong to the hunk, make its counts right.',
  );
}
