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

export interface Order {
  readonly fault: Fault | null;
  /** What is not in the text, of a series whose first patches were sent before. */
  readonly note: string | null;
}

/**
 * What is wrong with the numbers of a mailbox: one is missing, stands twice, or comes too early. A patch of a series is
 * made on those before it, so another order is another result. The text may begin with the rest of a series, and several
 * whole series may follow one another.
 */
export function orderOf(mails: readonly Numbered[]): Order {
  let open: Open | null = restOf(mails);
  const note =
    open === null ? null : `${patchesBefore(open)} of its series not in this text: the rest of it is taken`;
  for (const [at, { number, firstLine }] of mails.entries()) {
    if (number === null) continue;
    const expected: Open = open ?? { next: 1, of: number.of };
    const { next, of } = expected;
    if (number.of !== of || number.index !== next) {
      const later = mails.slice(at).some((one) => one.number?.of === of && one.number.index === next);
      const why = whyNot(number, { next, of, later });
      const message = `The mail at line ${firstLine} is patch ${named(number)}; expected ${next}/${of}${why}.`;
      return { fault: fault(message, firstLine), note };
    }
    open = next === of ? null : { next: next + 1, of };
  }
  if (open === null) return { fault: null, note };
  const message = `Patch ${open.next}/${open.of} is missing: the text ends after the one before it.`;
  return { fault: fault(message, mails.at(-1)?.firstLine ?? 1), note };
}

/** The series whose first patches are nowhere in the text, and that it begins with. */
function restOf(mails: readonly Numbered[]): Open | null {
  const first = mails.find(({ number }) => number !== null)?.number ?? null;
  if (first === null || first.index <= 1 || first.index > first.of) return null;
  const { index, of } = first;
  const isEarlier = ({ number }: Numbered) => number?.of === of && number.index < index;
  return mails.some(isEarlier) ? null : { next: index, of };
}

function patchesBefore({ next, of }: Open): string {
  return next === 2 ? `patch 1/${of}` : `patches 1/${of} to ${next - 1}/${of}`;
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
  const hint =
    'Put all mails of the series, or of the rest of it, into one text, each once, in the order of their numbers.';
  return faultOf('malformed', { message, hint }, { patchLine });
}
