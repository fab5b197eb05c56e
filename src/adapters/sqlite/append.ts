import { canonicalJson, type Json } from '../../core/json.ts';
import { type Entry, type EntryDraft, sealEntry } from '../../core/ledger/entry.ts';
import { newsOf } from '../../core/ledger/news.ts';
import type { Connection } from './calls.ts';
import { decodeHead } from './codec.ts';

/** Adds an entry to its chain and its row to the outbox; `news` is what the row tells, the entry's data by default. */
export type Append = (draft: EntryDraft, news?: Json) => Entry;

/** Heads are read again each time: other processes append between two transactions of this one. */
export function prepareAppend(db: Connection): Append {
  const headOf = db.prepare('SELECT * FROM chain_head WHERE chain = ?');
  const insertEntry = db.prepare('INSERT INTO entry (sealed) VALUES (?)');
  const moveHead = db.prepare(
    `INSERT INTO chain_head (chain, n, hash) VALUES (:chain, :n, :hash)
     ON CONFLICT (chain) DO UPDATE SET n = excluded.n, hash = excluded.hash`,
  );
  const insertEvent = db.prepare('INSERT INTO outbox (entry, data) VALUES (?, ?)');

  return (draft, news = draft.data) => {
    const row = headOf.get(draft.chain);
    const entry = sealEntry(draft, row ? decodeHead(row) : null);
    const { lastInsertRowid } = insertEntry.run(canonicalJson(entry));
    moveHead.run({ chain: entry.chain, n: entry.n, hash: entry.hash });
    insertEvent.run(lastInsertRowid, JSON.stringify(newsOf(news)));
    return entry;
  };
}
