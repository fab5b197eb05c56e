import type { Change, Tip, View } from '../decide/view.ts';
import type { EntryRow } from '../rows.ts';

/**
 * One decision: a document under the next number, of which there can be only one. With `redo` it is not known to be
 * applied yet, and holds all that is to be written; without, it is what stays, for ever: whoever decides on an old
 * state has to collide with it.
 */
export interface Decision {
  readonly _id: number;
  /** Tells its maker that it is the one that was sent. */
  readonly nonce: string;
  readonly position: number;
  readonly seq: number;
  /** The workspaces of which it changes patches that were there before. */
  readonly moves: readonly string[];
  readonly redo?: Redo;
}

export interface Redo {
  readonly entries: readonly EntryRow[];
  readonly changes: readonly Change[];
  /** How many documents of `parts` hold them instead. */
  readonly parts?: number;
}

/** What was staged on a view, as one document; null where nothing was. */
export function decisionOn(view: View, nonce: string): Decision | null {
  const [changes, staged] = [view.changes(), view.entries];
  if (changes.length === 0) return null;
  const entries = staged.map(({ position, ...entry }) => ({ _id: position, ...entry }));
  const { n, position, seq } = view.next();
  return { _id: n, nonce, position, seq, moves: movesIn(changes), redo: { entries, changes } };
}

function movesIn(changes: readonly Change[]): readonly string[] {
  const moved = changes.filter(({ table, kind }) => table === 'patches' && kind !== 'new');
  return [...new Set(moved.map(({ row }) => `${row.workspace}`))];
}

/** As it is stored: what is to be written is one text, which no server has to take apart. */
export type StoredDecision = Omit<Decision, 'redo'> & { readonly redo?: string };

export function storedDecision({ redo, ...rest }: Decision): StoredDecision {
  return redo === undefined ? rest : { ...rest, redo: JSON.stringify(redo) };
}

export function decisionIn({ redo, ...rest }: StoredDecision): Decision {
  return redo === undefined ? rest : { ...rest, redo: JSON.parse(redo) as Redo };
}

export function tipOf({ _id, position, seq }: Pick<Decision, '_id' | 'position' | 'seq'>): Tip {
  return { n: _id, position, seq };
}
