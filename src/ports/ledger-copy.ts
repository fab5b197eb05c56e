import type { Sha256 } from '../core/digest.ts';
import type { Json } from '../core/json.ts';
import type { LeaseRecord } from '../core/lease/lease.ts';
import type { Entry } from '../core/ledger/entry.ts';
import type { Patch } from '../core/patch/patch.ts';
import type { Workspace } from '../core/workspace.ts';
import type { TokenRecord } from './tokens.ts';

/** All that a ledger knows, in parts that every store can give and take: how a ledger moves from one to another. */
export interface LedgerCopy {
  /** Opens everything as it stands at one moment, whatever is written meanwhile. @throws GhostError ledger_unavailable */
  read(): Promise<LedgerSnapshot>;
  /**
   * Stores all parts in a ledger that has none; where `parts` throws, or cannot be stored, nothing of them stays. They
   * come in the order in which a snapshot gives them, and are no more than one at a time in memory.
   * @throws GhostError ledger_not_empty, ledger_unavailable, input_invalid for parts that no ledger can hold together
   */
  write(parts: AsyncIterable<LedgerPart>): Promise<void>;
}

export interface LedgerSnapshot {
  /** Of the store that it comes from, for people: `sqlite`, `7`. */
  readonly store: string;
  readonly schema: string;
  readonly counts: LedgerCounts;
  /** To be read once: the kinds in the order of `LedgerPart`, patches by `seq`, entries by position, the others by name. */
  readonly parts: AsyncIterable<LedgerPart>;
  /** Lets go of the moment. Closing twice is fine. */
  close(): Promise<void>;
}

export type LedgerCounts = Readonly<Record<LedgerPart['kind'], number>>;

export type LedgerPart =
  /** Registered now. What a removed name belonged to is told by its entry `workspace.added`. */
  | { readonly kind: 'workspace'; readonly workspace: Workspace }
  | { readonly kind: 'token'; readonly token: TokenRecord }
  /** With its fencing token, free leases too: a token that went back would let an old holder in. */
  | { readonly kind: 'lease'; readonly lease: LeaseRecord }
  | { readonly kind: 'cursor'; readonly reader: string; readonly position: number }
  | {
      readonly kind: 'patch';
      readonly patch: Patch;
      /** The content that it answers for; null when it answers for none any more. */
      readonly claim: Sha256 | null;
      readonly body: Uint8Array;
    }
  /** Sealed as it is, with its position in the outbox and what the outbox tells of it. Positions have no gaps. */
  | { readonly kind: 'entry'; readonly position: number; readonly entry: Entry; readonly news: Json };
