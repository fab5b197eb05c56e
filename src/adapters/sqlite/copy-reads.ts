import type { DatabaseSync } from 'node:sqlite';
import type { Sha256 } from '../../core/digest.ts';
import type { Json } from '../../core/json.ts';
import type { LedgerCounts, LedgerPart } from '../../ports/ledger-copy.ts';
import {
  bytes,
  decodeEntry,
  decodeEvent,
  decodeLease,
  decodePatch,
  decodeToken,
  decodeWorkspace,
  integer,
  type Row,
} from './codec.ts';

interface Kind {
  readonly count: string;
  readonly rows: string;
  decode(row: Row): LedgerPart;
}

/** In the order of a copy. Each is read along its primary key. */
const KINDS: Readonly<Record<LedgerPart['kind'], Kind>> = {
  workspace: {
    count: 'SELECT count(*) AS count FROM workspace',
    rows: 'SELECT * FROM workspace ORDER BY name',
    decode: (row) => ({ kind: 'workspace', workspace: decodeWorkspace(row) }),
  },
  token: {
    count: 'SELECT count(*) AS count FROM token',
    rows: 'SELECT * FROM token ORDER BY id',
    decode: (row) => ({ kind: 'token', token: decodeToken(row) }),
  },
  lease: {
    count: 'SELECT count(*) AS count FROM lease',
    rows: 'SELECT * FROM lease ORDER BY name',
    decode: (row) => ({ kind: 'lease', lease: decodeLease(row) }),
  },
  cursor: {
    count: 'SELECT count(*) AS count FROM cursor',
    rows: 'SELECT * FROM cursor ORDER BY reader',
    decode: (row) => ({ kind: 'cursor', reader: String(row.reader), position: integer(row, 'position') }),
  },
  patch: {
    count: 'SELECT count(*) AS count FROM patch',
    rows: 'SELECT patch.*, patch_body.bytes FROM patch JOIN patch_body USING (seq) ORDER BY seq',
    decode: (row) => ({
      kind: 'patch',
      patch: decodePatch(row),
      claim: row.content_claim === null ? null : (String(row.content_claim) as Sha256),
      body: bytes(row, 'bytes'),
    }),
  },
  entry: {
    count: 'SELECT count(*) AS count FROM entry',
    rows: `SELECT outbox.position, outbox.data, entry.sealed FROM outbox JOIN entry ON entry.id = outbox.entry
      ORDER BY outbox.position`,
    decode: (row) => ({
      kind: 'entry',
      position: integer(row, 'position'),
      entry: decodeEntry(row),
      news: decodeEvent(row).data as Json,
    }),
  },
};

export function countsIn(db: DatabaseSync): LedgerCounts {
  const count = ({ count: sql }: Kind) => integer(db.prepare(sql).get() ?? {}, 'count');
  const { workspace, token, lease, cursor, patch, entry } = KINDS;
  return {
    workspace: count(workspace),
    token: count(token),
    lease: count(lease),
    cursor: count(cursor),
    patch: count(patch),
    entry: count(entry),
  };
}

/** A row at a time, in the transaction that is open. */
export async function* partsIn(db: DatabaseSync): AsyncGenerator<LedgerPart> {
  for (const { rows, decode } of Object.values(KINDS)) {
    for (const row of db.prepare(rows).iterate()) yield decode(row);
  }
}
