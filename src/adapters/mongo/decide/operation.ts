import type { View, Want } from './view.ts';

/** One call on a port, before it is decided. */
export interface Operation<A> {
  /** What it will ask for, as far as that is known before. */
  readonly wants: readonly Want[];
  /** Pure: run again on a newer view where somebody else decided first. @throws what only this call is refused with */
  decide(view: View): A;
  /** Texts that have to be stored before what is decided counts. */
  bodies?(answer: A): readonly Body[];
}

export interface Body {
  readonly _id: string;
  readonly bytes: Uint8Array;
}

export function wantOf(table: Want['table'], id: string): Want {
  return { table, field: '_id', value: id };
}
