/** Longer subjects are cut: a title is one line on a screen. */
const MAX_SUBJECT = 1_000;

/** The subject without its leading `[...]`, `Re:` and colons, its white space joined; null when nothing is left. */
export function titleOf(subject: string): string | null {
  let rest = subject.slice(0, MAX_SUBJECT).replace(/\s+/g, ' ').trim();
  for (;;) {
    const tag = /^(?:\[[^\]]*\]|re:|:) ?/i.exec(rest)?.[0];
    if (tag === undefined) return rest === '' ? null : rest;
    rest = rest.slice(tag.length);
  }
}

/** A mail's place among the mails of its series: `[PATCH v2 3/7]`. A cover letter has the index 0. */
export interface SeriesNumber {
  readonly index: number;
  readonly of: number;
}

/** Null where the subject has no such number in its leading brackets. */
export function seriesNumber(subject: string): SeriesNumber | null {
  const tags = /^(?:\s*(?:\[[^\]]*\]|re:))+/i.exec(subject.slice(0, MAX_SUBJECT))?.[0] ?? '';
  const [, index, of] = /[\s[](\d{1,4})\/(\d{1,4})\]/.exec(tags) ?? [];
  return index === undefined || of === undefined ? null : { index: Number(index), of: Number(of) };
}
