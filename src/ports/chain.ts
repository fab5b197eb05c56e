import type { ChainHead, Entry, EntryDraft } from '../core/ledger/entry.ts';
import type { LedgerEvent } from '../core/ledger/event.ts';

/** The append-only truth: entries in chains, and the outbox that tells the world about them in one order. */
export interface Chains {
  /** Appends an entry about something other than a patch, with its outbox row. */
  append(draft: EntryDraft): Promise<Entry>;
  /** Entries of one chain with `n` greater than `after`, ascending. */
  entries(chain: string, after: number, limit: number): Promise<readonly Entry[]>;
  /** Every entry whose subject is `subject`, in order. */
  entriesAbout(subject: string): Promise<readonly Entry[]>;
  heads(): Promise<readonly ChainHead[]>;
}

/** The outbox, read by whoever publishes it. */
export interface Outbox {
  /** Events after `position`, ascending, at most `limit`. */
  after(position: number, limit: number): Promise<readonly LedgerEvent[]>;
  /** The position of the newest event, 0 when there is none. */
  newest(): Promise<number>;
  /** The entry that an event tells, hash and all. */
  entryAt(position: number): Promise<Entry | null>;
  /** How far the named reader has come; 0 at first. */
  cursor(reader: string): Promise<number>;
  moveCursor(reader: string, position: number): Promise<void>;
}
