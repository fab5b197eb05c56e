import type { Entry } from '../../core/ledger/entry.ts';
import type { Connection } from './calls.ts';
import { decodeEntry, decodeEvent, decodeHead, integer } from './codec.ts';

export function chainReads(db: Connection) {
  const ofChain = db.prepare('SELECT sealed FROM entry WHERE chain = ? AND n > ? ORDER BY n LIMIT ?');
  const about = db.prepare('SELECT sealed FROM entry WHERE subject = ? ORDER BY id');
  const heads = db.prepare('SELECT * FROM chain_head ORDER BY chain');

  return {
    entries: (chain: string, after: number, limit: number) =>
      ofChain.all(chain, after, limit).map(decodeEntry),
    entriesAbout: (subject: string) => about.all(subject).map(decodeEntry),
    heads: () => heads.all().map(decodeHead),
  };
}

export function outboxReads(db: Connection) {
  const after = db.prepare(
    `SELECT outbox.position, outbox.data, entry.sealed FROM outbox JOIN entry ON entry.id = outbox.entry
     WHERE outbox.position > ? ORDER BY outbox.position LIMIT ?`,
  );
  const newest = db.prepare('SELECT coalesce(max(position), 0) AS position FROM outbox');
  const at = db.prepare('SELECT sealed FROM entry WHERE id = (SELECT entry FROM outbox WHERE position = ?)');
  const cursor = db.prepare('SELECT position FROM cursor WHERE reader = ?');

  return {
    eventsAfter: (position: number, limit: number) => after.all(position, limit).map(decodeEvent),
    newestEvent: () => integer(newest.get() ?? {}, 'position'),
    entryAt(position: number): Entry | null {
      const row = at.get(position);
      return row ? decodeEntry(row) : null;
    },
    cursor(reader: string): number {
      const row = cursor.get(reader);
      return row ? integer(row, 'position') : 0;
    },
  };
}
