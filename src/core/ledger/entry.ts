import { type Sha256, sha256 } from '../digest.ts';
import { canonicalJson, type Json } from '../json.ts';

/** The chain that entries about no particular workspace belong to. No workspace may take this name. */
export const SYSTEM_CHAIN = 'system';

/** What happened, before it has its place in a chain. `subject` is a patch id, a workspace, a token id. */
export interface EntryDraft {
  readonly chain: string;
  readonly at: number;
  readonly actor: string;
  /** Past tense with its noun: `patch.landed`, `workspace.added`, `lease.taken`. */
  readonly type: string;
  readonly subject: string;
  readonly data: Json;
}

/** One line of the append-only truth. `n` counts from 1 within its chain. */
export interface Entry extends EntryDraft {
  readonly n: number;
  readonly previous: Sha256;
  readonly hash: Sha256;
}

/** The last entry of a chain, all that is needed to append the next. */
export interface ChainHead {
  readonly chain: string;
  readonly n: number;
  readonly hash: Sha256;
}

/** What the first entry of every chain points back to. */
export const GENESIS = '0'.repeat(64) as Sha256;

/** Gives `draft` its place after `head` (null for the first entry of a chain). */
export function sealEntry(draft: EntryDraft, head: ChainHead | null): Entry {
  const { chain, at, actor, type, subject, data } = draft;
  const placed = {
    chain,
    n: (head?.n ?? 0) + 1,
    at,
    actor,
    type,
    subject,
    data,
    previous: head?.hash ?? GENESIS,
  };
  return { ...placed, hash: sha256(canonicalJson(placed)) };
}

/** The hash an entry ought to have, computed from everything else in it. */
export function hashOf(entry: Entry): Sha256 {
  const { hash: _, ...rest } = entry;
  return sha256(canonicalJson(rest));
}
