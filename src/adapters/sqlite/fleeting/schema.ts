import type { DatabaseSync } from 'node:sqlite';

/**
 * Raised with every change of the tables. There are no migrations: nothing in the file is the truth, and the tables of
 * an older version are dropped.
 */
const VERSION = 2;

const TABLES = `
  DROP TABLE IF EXISTS cached;
  DROP TABLE IF EXISTS loading;
  DROP TABLE IF EXISTS instance;
  DROP TABLE IF EXISTS session;
  DROP TABLE IF EXISTS counter;

  CREATE TABLE cached (
    namespace TEXT NOT NULL,
    name TEXT NOT NULL,
    value BLOB NOT NULL,
    at INTEGER NOT NULL,
    ttl_ms INTEGER NOT NULL,
    weight INTEGER NOT NULL GENERATED ALWAYS AS (256 + length(value)) STORED,
    expires_at INTEGER NOT NULL GENERATED ALWAYS AS (at + ttl_ms) STORED,
    PRIMARY KEY (namespace, name)
  ) STRICT;
  CREATE INDEX cached_expiring ON cached (expires_at);
  CREATE INDEX cached_weighing ON cached (weight);

  -- Who loads a key, for as long as nobody set or invalidated it meanwhile.
  CREATE TABLE loading (
    namespace TEXT NOT NULL,
    name TEXT NOT NULL,
    claim TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (namespace, name)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE instance (
    component TEXT NOT NULL,
    instance TEXT NOT NULL,
    said TEXT NOT NULL,
    at INTEGER NOT NULL,
    ttl_ms INTEGER NOT NULL,
    PRIMARY KEY (component, instance)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE session (
    digest TEXT PRIMARY KEY,
    subject TEXT NOT NULL,
    role TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    idle_ms INTEGER NOT NULL,
    ends_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX session_of ON session (subject);

  CREATE TABLE counter (
    namespace TEXT NOT NULL,
    name TEXT NOT NULL,
    count INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    PRIMARY KEY (namespace, name)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX counter_ending ON counter (ends_at);
`;

/** Whether the tables of this version are there. Throws for a file of a later version. */
export function hasTables(db: DatabaseSync): boolean {
  const got = Number(db.prepare('PRAGMA user_version').get()?.user_version);
  if (got > VERSION) throw new Error(`it has schema ${got}; this Ghost knows up to ${VERSION}`);
  return got === VERSION;
}

/** The caller holds the write lock, under which another process may have been first. */
export function makeTables(db: DatabaseSync): void {
  if (hasTables(db)) return;
  db.exec(TABLES);
  db.exec(`PRAGMA user_version = ${VERSION}`);
}
