/** What stands between the `@@` of a hunk header. Numbers that are no numbers (`-XXX`, `@@ @@`) make it null. */
export interface HunkHeader {
  readonly oldStart: number;
  readonly oldCount: number;
  readonly newStart: number;
  readonly newCount: number;
}

/** At most nine digits: a line number beyond that stands in no file that is small enough to be patched. */
const NUMBERS = /^@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@/;

/** Reads `@@ -12,5 +13,6 @@ anything`; a missing count is 1. */
export function hunkHeader(text: string): HunkHeader | null {
  const match = NUMBERS.exec(text);
  if (match === null) return null;
  const [, oldStart, oldCount = '1', newStart, newCount = '1'] = match;
  return {
    oldStart: Number(oldStart),
    oldCount: Number(oldCount),
    newStart: Number(newStart),
    newCount: Number(newCount),
  };
}
