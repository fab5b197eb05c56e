import { canonicalJson } from '../../core/json.ts';
import type { LedgerPart } from '../../ports/ledger-copy.ts';
import type { Connection } from './calls.ts';

/** Stores parts as they are: nothing is appended to a chain for them, and nothing is told. */
export function partInserts(db: Connection): (part: LedgerPart) => void {
  const stores = { ...registerStores(db), ...patchStore(db), ...entryStore(db) };
  return (part) => {
    switch (part.kind) {
      case 'workspace':
        return stores.workspace(part);
      case 'token':
        return stores.token(part);
      case 'lease':
        return stores.lease(part);
      case 'cursor':
        return stores.cursor(part);
      case 'patch':
        return stores.patch(part);
      case 'entry':
        return stores.entry(part);
    }
  };
}

type Part<K extends LedgerPart['kind']> = Extract<LedgerPart, { kind: K }>;

function registerStores(db: Connection) {
  const workspace = db.prepare(
    `INSERT INTO workspace (name, git_dir, work_tree, branch, added_at, added_by, paused, remote, baseline)
     VALUES (:name, :gitDir, :workTree, :branch, :addedAt, :addedBy, :paused, :remote, :baseline)`,
  );
  const token = db.prepare(
    `INSERT INTO token (id, subject, role, issued_at, expires_at, issued_by, revoked_at)
     VALUES (:id, :subject, :role, :issuedAt, :expiresAt, :issuedBy, :revokedAt)`,
  );
  const lease = db.prepare(
    `INSERT INTO lease (name, owner, token, expires_at, ttl_ms, writer)
     VALUES (:name, :owner, :token, :expiresAt, :ttlMs, :writer)`,
  );
  const cursor = db.prepare('INSERT INTO cursor (reader, position) VALUES (:reader, :position)');
  return {
    workspace: ({ workspace: it }: Part<'workspace'>) =>
      void workspace.run({ ...it, remote: text(it.remote), baseline: text(it.baseline) }),
    token: ({ token: it }: Part<'token'>) => void token.run({ ...it }),
    lease: ({ lease: it }: Part<'lease'>) => void lease.run({ ...it, writer: text(it.writer) }),
    cursor: ({ reader, position }: Part<'cursor'>) => void cursor.run({ reader, position }),
  };
}

function patchStore(db: Connection) {
  const insert = db.prepare(
    `INSERT INTO patch (seq, id, workspace, title, author, origin, format, digest, size, external_id, idempotency_key,
       lineage, series, merge, terms, accepted_at, version, state, executed_at, content_claim)
     VALUES (:seq, :id, :workspace, :title, :author, :origin, :format, :digest, :size, :externalId, :idempotencyKey,
       :lineage, :series, :merge, :terms, :acceptedAt, :version, :state, :executedAt, :claim)`,
  );
  const insertBody = db.prepare('INSERT INTO patch_body (seq, bytes) VALUES (?, ?)');
  return {
    patch({ patch, claim, body }: Part<'patch'>): void {
      const { lineage, series, terms, state } = patch;
      const told = { lineage: text(lineage), series: text(series), terms: text(terms), state: text(state) };
      insert.run({ ...patch, ...told, claim });
      insertBody.run(patch.seq, body);
    },
  };
}

function entryStore(db: Connection) {
  const insert = db.prepare('INSERT INTO entry (id, sealed) VALUES (?, ?)');
  const tell = db.prepare('INSERT INTO outbox (position, entry, data) VALUES (?, ?, ?)');
  const moveHead = db.prepare(
    `INSERT INTO chain_head (chain, n, hash) VALUES (:chain, :n, :hash)
     ON CONFLICT (chain) DO UPDATE SET n = excluded.n, hash = excluded.hash`,
  );
  return {
    entry({ position, entry, news }: Part<'entry'>): void {
      insert.run(position, canonicalJson(entry));
      tell.run(position, position, JSON.stringify(news));
      moveHead.run({ chain: entry.chain, n: entry.n, hash: entry.hash });
    },
  };
}

function text(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}
