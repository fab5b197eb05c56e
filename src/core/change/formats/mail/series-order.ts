import type { Fault } from '../../fault.ts';
import { faultOf } from '../../fault-of.ts';
import type { SeriesNumber } from './subject.ts';

/** A patch of a mailbox and where it stands; `number` is null where its subject has none. */
export interface Numbered {
  readonly number: SeriesNumber | null;
  /** From 1. */
  readonly firstLine: number;
}

/** A series that is not over: the index that has to come. */
interface Open {
  readonly next: number;
  readonly of: number;
}

/**
 * What is wrong with the numbers of a mailbox: one is missing, stands twice, or comes too early. A patch of a series is
 * made on those before it, so another order is another result. Several whole series may follow one another.
 */
export function orderFault(mails: readonly Numbered[]): Fault | null {
  let open: Open | null = null;
  for (const [at, { number, firstLine }] of mails.entries()) {
    if (number === null) continue;
    const expected: Open = open ?? { next: 1, of: number.of };
    const { next, of } = expected;
    if (number.of !== of || number.index !== next) {
      const later = mails.slice(at).some((one) => one.number?.of === of && one.number.index === next);
      const why = whyNot(number, { next, of, later });
      return fault(
        `The mail at line ${firstLine} is patch ${named(number)}; expected ${next}/${of}${why}.`,
        firstLine,
      );
    }
    open = next === of ? null : { next: next + 1, of };
  }
  if (open === null) return null;
  const last = mails.at(-1)?.firstLine ?? 1;
  return fault(`Patch ${open.next}/${open.of} is missing: the text ends after the one before it.`, last);
}

function whyNot(
  { index, of }: SeriesNumber,
  expected: { readonly next: number; readonly of: number; readonly later: boolean },
): string {
  if (of === expected.of && index > 0 && index < expected.next) return `, and ${index} came already`;
  return expected.later ? ', which comes later' : ', which is missing';
}

function named({ index, of }: SeriesNumber): string {
  return `${index}/${of}`;
}

function fault(message: string, patchLine: number): Fault {
  const hint = 'Put all mails of the series into one text, each once, in the order of their numbers.';
  return faultOf('malformed', { message, hint }, { patchLine });
}
