import {
  type Collection,
  type Db,
  MongoClient,
  type MongoClientOptions,
  type ReadPreferenceLike,
} from 'mongodb';
import { fail } from '../../core/errors.ts';
import type { Secret } from '../../platform/secret.ts';
import type { Redo, StoredDecision } from './log/decision.ts';
import { unavailable } from './problems.ts';
import type { EntryRow, Row, Table } from './rows.ts';

/** How long things may take, in milliseconds. */
export interface Patience {
  /** To find the primary, and to connect to it. */
  readonly connectMs: number;
  /** For an answer. A majority has three quarters of it. */
  readonly answerMs: number;
  /** To find out what became of a decision that had no answer. */
  readonly fateMs: number;
}

export const PATIENCE: Patience = { connectMs: 2_000, answerMs: 4_000, fateMs: 8_000 };

/** Explicit on every call: no connection string, and no default of a server, weakens it. */
interface Strictness {
  readonly write: { readonly writeConcern: { w: 'majority'; journal: true; wtimeoutMS: number } };
  readonly read: { readonly readConcern: { level: 'majority' }; readonly readPreference: ReadPreferenceLike };
}

type Stored<T extends { readonly _id: unknown }> = T & { readonly rev: number };

export interface Mongo {
  readonly client: MongoClient;
  readonly database: Db;
  readonly strict: Strictness;
  readonly patience: Patience;
  readonly decisions: Collection<StoredDecision>;
  readonly parts: Collection<Redo & { readonly _id: string }>;
  readonly entries: Collection<EntryRow>;
  readonly bodies: Collection<StoredBody>;
  readonly cursors: Collection<{ readonly _id: string; readonly position: number; readonly moves: number }>;
  readonly meta: Collection<Meta>;
  readonly migrations: Collection<{ readonly _id: number; readonly name: string; readonly at: Date }>;
  table(name: Table): Collection<Stored<Row>>;
}

interface StoredBody {
  readonly _id: string;
  readonly bytes: Uint8Array;
}

/** `applied`: every decision up to `n` is. `installation`: whose ledger this is. `importing`: who fills it. */
interface Meta {
  readonly _id: 'applied' | 'installation' | 'importing';
  readonly n?: number;
  readonly id?: string;
}

const DEFAULT_DATABASE = 'ghost';

/** @throws GhostError config_invalid for a connection string that asks for less than is promised */
export function mongoAt(url: Secret, patience: Patience): Mongo {
  const client = clientOf(url, patience);
  refuseLess(url.expose());
  const database = client.db(databaseIn(url.expose()));
  const writeConcern = { w: 'majority', journal: true, wtimeoutMS: patience.answerMs * 0.75 } as const;
  return {
    client,
    database,
    patience,
    strict: {
      write: { writeConcern },
      read: { readConcern: { level: 'majority' }, readPreference: 'primary' },
    },
    decisions: database.collection('decisions'),
    parts: database.collection('parts'),
    entries: database.collection('entries'),
    bodies: database.collection('bodies'),
    cursors: database.collection('cursors'),
    meta: database.collection('meta'),
    migrations: database.collection('migrations'),
    table: (name) => database.collection(name),
  };
}

export async function connected(mongo: Mongo): Promise<void> {
  try {
    await mongo.client.connect();
  } catch (error) {
    throw unavailable(error);
  }
}

function clientOf(url: Secret, { connectMs, answerMs }: Patience): MongoClient {
  const options: MongoClientOptions = {
    appName: 'ghost',
    maxPoolSize: 10,
    connectTimeoutMS: connectMs,
    serverSelectionTimeoutMS: connectMs,
    waitQueueTimeoutMS: connectMs,
    socketTimeoutMS: answerMs,
    // What became of a write is found out by its key: a standalone has no sessions to retry in.
    retryWrites: false,
    promoteBuffers: true,
  };
  try {
    return new MongoClient(url.expose(), options);
  } catch (error) {
    // In the driver's words, which hold no part of the URL but the names of options.
    throw invalid(
      'something else',
      `a MongoDB connection string (${error instanceof Error ? error.message : error})`,
    );
  }
}

/** What a connection string may not ask for, by the option's name in small letters. */
const LESS: Readonly<
  Record<string, { readonly isLess: (value: string) => boolean; readonly expected: string }>
> = {
  w: { isLess: (value) => value !== 'majority', expected: 'w=majority, or leave it out' },
  journal: { isLess: (value) => value === 'false', expected: 'journal=true, or leave it out' },
  j: { isLess: (value) => value === 'false', expected: 'journal=true, or leave it out' },
  readpreference: {
    isLess: (value) => value !== 'primary',
    expected: 'readPreference=primary, or leave it out',
  },
  readconcernlevel: {
    isLess: (value) => value !== 'majority' && value !== 'linearizable',
    expected: 'readConcernLevel=majority, or leave it out',
  },
};

/** It would be overruled on every call; who wrote it has to know. */
function refuseLess(url: string): void {
  const query = url.slice(url.indexOf('?') + 1);
  if (!url.includes('?')) return;
  for (const [name, value] of new URLSearchParams(query)) {
    const rule = LESS[name.toLowerCase()];
    if (rule?.isLess(value)) throw invalid(`${name}=${value}`, rule.expected);
  }
}

function invalid(got: string, expected: string) {
  return fail('config_invalid', { setting: 'GHOST_LEDGER', got, expected });
}

/** The path of the URL; the driver's own default is `test`. */
function databaseIn(url: string): string {
  const path = /^[^/]*\/\/[^/?]*\/([^?]+)/.exec(url)?.[1];
  return path === undefined ? DEFAULT_DATABASE : decodeURIComponent(path);
}
