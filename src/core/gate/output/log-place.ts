/**
 * How far somebody has come in the logs of the runs of a patch, which may print side by side: all runs before number `next` are told
 * whole, of the others what `begun` says; Infinity for one that is told whole.
 */
export interface LogPlace {
  readonly next: number;
  readonly begun: ReadonlyMap<number, number>;
}

export const LOG_BEGINS: LogPlace = { next: 1, begun: new Map() };

const FORM = /^(\d{1,6})((?:~\d{1,6}(?:\.\d{1,15})?){0,100})$/;

/** `4~4.1200~6`: runs 1 to 3 are told, and 6; of 4 the first 1,200 bytes. */
export function sayPlace({ next, begun }: LogPlace): string {
  const told = [...begun].sort(([one], [other]) => one - other);
  const parts = told.map(([run, at]) => (at === Number.POSITIVE_INFINITY ? `~${run}` : `~${run}.${at}`));
  return `${next}${parts.join('')}`;
}

/** Null for text that is no such place. */
export function readPlace(text: string): LogPlace | null {
  const [, next, rest = ''] = FORM.exec(text) ?? [];
  if (next === undefined) return null;
  const begun = new Map<number, number>();
  for (const part of rest.split('~').slice(1)) {
    const [run, at] = part.split('.');
    begun.set(Number(run), at === undefined ? Number.POSITIVE_INFINITY : Number(at));
  }
  return { next: Math.max(1, Number(next)), begun };
}

/** The same with `run` told up to `at`. */
export function movedTo(place: LogPlace, run: number, at: number): LogPlace {
  const begun = new Map(place.begun).set(run, at);
  let { next } = place;
  for (; begun.get(next) === Number.POSITIVE_INFINITY; next += 1) begun.delete(next);
  return { next, begun };
}
