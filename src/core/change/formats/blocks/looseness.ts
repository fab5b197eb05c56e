import { kindOf, type Located } from '../data/located.ts';
import { member, type ObjectField, type Reading } from '../data/reading.ts';

/** What the old runner may have done otherwise than once, literally or not at all. Each is refused with its reason. */
interface Looseness {
  readonly names: readonly string[];
  /** Values that ask for what happens here anyway. */
  readonly strict: readonly (string | number | boolean | null)[];
  readonly why: string;
}

const LOOSE: readonly Looseness[] = [
  {
    names: ['regex', 'isRegex', 'useRegex', 'flags'],
    strict: [false, null, ''],
    why: 'regular expressions are never run: a pattern is literal text',
  },
  {
    names: ['all', 'global', 'replaceAll', 'occurrence', 'count'],
    strict: [false, null, 1],
    why: 'a pattern stands in the file exactly once, else author and file disagree',
  },
  { names: ['encoding'], strict: [null, 'utf8', 'utf-8'], why: 'contents are text in UTF-8' },
  {
    names: ['fallback'],
    strict: [false, null, '', 'none', 'fail', 'error', 'abort', 'reject'],
    why: 'a mutation finds its place or the whole patch is refused; a second choice would be placed unseen',
  },
];

/** Faults for members that ask for anything but one literal place in UTF-8 text. */
export function refuseLooseness(mutation: ObjectField, reading: Reading): void {
  for (const { names, strict, why } of LOOSE) {
    for (const name of names) {
      const field = member(mutation, name);
      if (field.value === undefined || isAmong(strict, field.value)) continue;
      reading.fault('unsupported', field, {
        message: `Field ${field.at} is ${kindOf(field.value)}, which is not done: ${why}.`,
        hint: 'Leave it out; where one pattern is not enough, give one mutation for each place.',
      });
    }
  }
}

function isAmong(strict: Looseness['strict'], value: Located): boolean {
  if (value.kind === 'text') return strict.includes(value.text.trim().toLowerCase());
  return value.kind === 'other' && strict.includes(value.value);
}
