import type { DatabaseSync } from 'node:sqlite';
import { fail } from '../../core/errors.ts';

/** Each step is applied once, in order, and never edited after a release: `PRAGMA user_version` counts them. */
export const STEPS: readonly string[] = [
  `
  CREATE TABLE patch (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    workspace TEXT NOT NULL,
    title TEXT NOT NULL,
    author TEXT NOT NULL,
    origin TEXT NOT NULL,
    format TEXT NOT NULL,
    digest TEXT NOT NULL,
    size INTEGER NOT NULL,
    external_id TEXT,
    idempotency_key TEXT,
    lineage TEXT,
    accepted_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    state TEXT NOT NULL,
    state_name TEXT NOT NULL GENERATED ALWAYS AS (state ->> '$.name') STORED,
    landing_seq INTEGER GENERATED ALWAYS AS
      (CASE WHEN state ->> '$.name' = 'landed' THEN state ->> '$.intent.landingSeq' END) STORED,
    executed_at INTEGER,
    -- The digest while this patch answers for its content, else NULL.
    content_claim TEXT,
    UNIQUE (workspace, idempotency_key),
    UNIQUE (workspace, content_claim)
  ) STRICT;
  CREATE INDEX patch_in_workspace ON patch (workspace, seq);
  CREATE INDEX patch_in_line ON patch (workspace, state_name, seq);
  CREATE INDEX patch_in_state ON patch (state_name, seq);
  CREATE INDEX patch_executed ON patch (workspace, executed_at) WHERE executed_at IS NOT NULL;
  CREATE INDEX patch_landed ON patch (workspace, landing_seq) WHERE landing_seq IS NOT NULL;

  CREATE TABLE patch_body (
    seq INTEGER PRIMARY KEY REFERENCES patch (seq),
    bytes BLOB NOT NULL
  ) STRICT;

  -- The sealed text is the truth; the columns beside it cannot say anything else.
  CREATE TABLE entry (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sealed TEXT NOT NULL,
    chain TEXT NOT NULL GENERATED ALWAYS AS (sealed ->> '$.chain') STORED,
    n INTEGER NOT NULL GENERATED ALWAYS AS (sealed ->> '$.n') STORED,
    subject TEXT NOT NULL GENERATED ALWAYS AS (sealed ->> '$.subject') STORED,
    UNIQUE (chain, n)
  ) STRICT;
  CREATE INDEX entry_about ON entry (subject, id);
  CREATE TRIGGER entry_kept BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'entries are kept'); END;
  CREATE TRIGGER entry_fixed BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'entries are fixed'); END;

  CREATE TABLE chain_head (
    chain TEXT PRIMARY KEY,
    n INTEGER NOT NULL,
    hash TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- Positions are given under the one write lock, so that they become visible in their own order, without gaps.
  CREATE TABLE outbox (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    entry INTEGER NOT NULL UNIQUE REFERENCES entry (id),
    data TEXT NOT NULL
  ) STRICT;

  CREATE TABLE cursor (
    reader TEXT PRIMARY KEY,
    position INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE lease (
    name TEXT PRIMARY KEY,
    owner TEXT,
    token INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    writer TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER lease_kept BEFORE DELETE ON lease BEGIN SELECT RAISE(ABORT, 'tokens are kept'); END;

  CREATE TABLE workspace (
    name TEXT PRIMARY KEY,
    git_dir TEXT NOT NULL,
    work_tree TEXT,
    branch TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    added_by TEXT NOT NULL,
    paused TEXT,
    UNIQUE (git_dir, branch)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE token (
    id TEXT PRIMARY KEY,
    subject TEXT NOT NULL,
    role TEXT NOT NULL,
    issued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    issued_by TEXT NOT NULL,
    revoked_at INTEGER
  ) STRICT, WITHOUT ROWID;
  `,
  `
  DROP INDEX patch_landed;
  CREATE UNIQUE INDEX patch_landed ON patch (workspace, landing_seq) WHERE landing_seq IS NOT NULL;
  -- What older leases were granted for is not known; none was granted for longer than this.
  ALTER TABLE lease ADD COLUMN ttl_ms INTEGER NOT NULL DEFAULT 600000;
  `,
  `
  ALTER TABLE patch ADD COLUMN series TEXT;
  ALTER TABLE patch ADD COLUMN merge TEXT NOT NULL DEFAULT 'never';
  `,
  `
  -- A rejected patch is repaired by one patch at a time, so that a chain of attempts never forks.
  ALTER TABLE patch ADD COLUMN repairs TEXT GENERATED ALWAYS AS
    (CASE WHEN lineage ->> '$.kind' = 'repairs' AND state ->> '$.name' NOT IN ('failed', 'cancelled')
      THEN lineage ->> '$.patch' END) VIRTUAL;
  CREATE UNIQUE INDEX patch_repairs ON patch (repairs) WHERE repairs IS NOT NULL;
  `,
  `
  CREATE INDEX patch_in_series ON patch (series ->> '$.first', seq) WHERE series IS NOT NULL;
  `,
  `
  -- A chain forks at a retry as well: one next attempt at a time, be it repaired or the same again.
  DROP INDEX patch_repairs;
  ALTER TABLE patch DROP COLUMN repairs;
  ALTER TABLE patch ADD COLUMN attempt_after TEXT GENERATED ALWAYS AS
    (CASE WHEN state ->> '$.name' IN ('failed', 'cancelled') THEN NULL
      WHEN lineage ->> '$.kind' = 'repairs' THEN lineage ->> '$.patch'
      WHEN lineage ->> '$.kind' = 'retries' THEN lineage ->> '$.after' END) VIRTUAL;
  CREATE UNIQUE INDEX patch_attempt_after ON patch (attempt_after) WHERE attempt_after IS NOT NULL;
  `,
  `
  ALTER TABLE workspace ADD COLUMN remote TEXT;
  ALTER TABLE workspace ADD COLUMN baseline TEXT;
  CREATE UNIQUE INDEX workspace_remote ON workspace (remote ->> '$.url', branch) WHERE remote IS NOT NULL;
  `,
  `
  ALTER TABLE patch ADD COLUMN terms TEXT NOT NULL DEFAULT '{"phase":null,"flags":[]}';
  `,
];

export const SCHEMA_VERSION = STEPS.length;

/** @throws GhostError ledger_newer when a later Ghost wrote the file at `path` */
export function schemaVersion(db: DatabaseSync, path: string): number {
  const got = Number(db.prepare('PRAGMA user_version').get()?.user_version);
  if (got > SCHEMA_VERSION) throw fail('ledger_newer', { path, got, expected: SCHEMA_VERSION });
  return got;
}

/**
 * Brings the file to this version. The caller holds the write lock, under which the version is read again: another
 * process that starts at the same moment waits, and then finds nothing left to do.
 */
export function migrate(db: DatabaseSync, path: string): void {
  for (let version = schemaVersion(db, path); version < SCHEMA_VERSION; version++) {
    db.exec(STEPS[version] ?? '');
    db.exec(`PRAGMA user_version = ${version + 1}`);
  }
}
