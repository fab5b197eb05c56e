import { lasts } from '../../../core/expiry.ts';
import type { CacheKey } from '../../../ports/cache.ts';
import type { Connection } from '../calls.ts';
import type { FleetingCalls, Kept } from './calls.ts';

/** The whole cache, in bytes with what each row weighs beside its value; the rows that lapse first make room. */
const MOST_BYTES = 64 * 1024 * 1024;
/** A value above this is worked out again rather than kept: one of them would push out all the others. */
const LARGEST_BYTES = 1024 * 1024;
/** Lapsed rows that a write takes away: more than it adds, few enough not to be felt. */
const SWEPT_AT_ONCE = 16;
const DROPPED_AT_ONCE = 64;

type CacheCalls = Pick<
  FleetingCalls,
  'cached' | 'keep' | 'claimLoad' | 'keepLoaded' | 'giveUpLoad' | 'drop' | 'dropNamespace'
>;

export function cacheRows(db: Connection): CacheCalls {
  const find = prepareFind(db);
  const keep = prepareKeep(db);
  const claims = prepareClaims(db);
  const drop = db.prepare('DELETE FROM cached WHERE namespace = :namespace AND name = :name');
  const dropAll = db.prepare('DELETE FROM cached WHERE namespace = ?');

  return {
    cached: find,
    keep(now, key, kept) {
      claims.drop(key);
      drop.run({ ...key });
      keep(now, key, kept);
    },
    claimLoad(now, key, { claim, forMs }) {
      const value = find(now, key);
      if (value !== null) return { kind: 'kept', value };
      const standing = claims.find(key);
      if (standing !== null && lasts(standing.at, forMs, now)) return { kind: 'theirs' };
      claims.put(now, key, claim);
      return { kind: 'ours' };
    },
    keepLoaded(now, key, { claim, ...kept }) {
      if (claims.find(key)?.claim !== claim) return;
      claims.drop(key);
      keep(now, key, kept);
    },
    giveUpLoad(key, claim) {
      if (claims.find(key)?.claim === claim) claims.drop(key);
    },
    drop(key) {
      claims.drop(key);
      drop.run({ ...key });
    },
    dropNamespace(namespace) {
      claims.dropNamespace(namespace);
      dropAll.run(namespace);
    },
  };
}

function prepareFind(db: Connection): CacheCalls['cached'] {
  const select = db.prepare(
    'SELECT value, at, ttl_ms AS ttlMs FROM cached WHERE namespace = :namespace AND name = :name',
  );
  return (now, key) => {
    const row = select.get({ ...key });
    if (!row || !lasts(Number(row.at), Number(row.ttlMs), now)) return null;
    return row.value instanceof Uint8Array ? row.value : null;
  };
}

function prepareKeep(db: Connection) {
  const upsert = db.prepare(
    `INSERT INTO cached (namespace, name, value, at, ttl_ms) VALUES (:namespace, :name, :value, :at, :ttlMs)
     ON CONFLICT DO UPDATE SET value = excluded.value, at = excluded.at, ttl_ms = excluded.ttl_ms`,
  );
  const sweep = db.prepare(
    `DELETE FROM cached WHERE rowid IN (SELECT rowid FROM cached WHERE expires_at <= ? LIMIT ${SWEPT_AT_ONCE})`,
  );
  const weigh = db.prepare('SELECT total(weight) AS weight FROM cached');
  const makeRoom = db.prepare(
    `DELETE FROM cached WHERE rowid IN (SELECT rowid FROM cached ORDER BY expires_at LIMIT ${DROPPED_AT_ONCE})`,
  );
  return (now: number, key: CacheKey, { value, ttlMs }: Kept) => {
    if (value.byteLength > LARGEST_BYTES) return;
    sweep.run(now);
    while (Number(weigh.get()?.weight) + value.byteLength > MOST_BYTES) makeRoom.run();
    upsert.run({ ...key, value, at: now, ttlMs });
  };
}

function prepareClaims(db: Connection) {
  const select = db.prepare('SELECT claim, at FROM loading WHERE namespace = :namespace AND name = :name');
  const upsert = db.prepare('INSERT OR REPLACE INTO loading VALUES (:namespace, :name, :claim, :at)');
  const remove = db.prepare('DELETE FROM loading WHERE namespace = :namespace AND name = :name');
  const removeAll = db.prepare('DELETE FROM loading WHERE namespace = ?');
  return {
    find(key: CacheKey) {
      const row = select.get({ ...key });
      return row ? { claim: String(row.claim), at: Number(row.at) } : null;
    },
    put: (at: number, key: CacheKey, claim: string) => void upsert.run({ ...key, claim, at }),
    drop: (key: CacheKey) => void remove.run({ ...key }),
    dropNamespace: (namespace: string) => void removeAll.run(namespace),
  };
}
