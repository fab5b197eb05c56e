import type { DatabaseSync } from 'node:sqlite';
import type { Chains, Outbox } from '../../ports/chain.ts';
import type { Leaser } from '../../ports/leaser.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { Tokens } from '../../ports/tokens.ts';
import type { Workspaces } from '../../ports/workspaces.ts';

/** A port's method as the thread runs it: the same, without waiting. */
type Now<F> = F extends (...args: infer A) => Promise<infer R> ? (...args: A) => R : never;
/** The same with the time of the call, which only the caller's clock knows. */
type Timed<F> = F extends (...args: infer A) => Promise<infer R> ? (now: number, ...args: A) => R : never;

/** What runs on the write connection, inside the transaction of its batch. */
export interface Writes {
  readonly accept: Now<Ledger['accept']>;
  readonly record: Now<Ledger['record']>;
  readonly append: Now<Chains['append']>;
  readonly moveCursor: Now<Outbox['moveCursor']>;
  readonly takeLease: Timed<Leaser['take']>;
  readonly renewLease: Timed<Leaser['renew']>;
  readonly nameWriter: Now<Leaser['nameWriter']>;
  readonly releaseLease: Timed<Leaser['release']>;
  readonly addWorkspace: Now<Workspaces['add']>;
  readonly pauseWorkspace: Now<Workspaces['pause']>;
  readonly acceptTip: Now<Workspaces['acceptTip']>;
  readonly removeWorkspace: Now<Workspaces['remove']>;
  readonly addToken: Now<Tokens['add']>;
  readonly revokeToken: Now<Tokens['revoke']>;
}

/** What runs on the read connection, at once. */
export interface Reads {
  readonly findPatch: Now<Ledger['find']>;
  readonly listPatches: Now<Ledger['list']>;
  readonly body: Now<Ledger['body']>;
  readonly line: Now<Ledger['line']>;
  readonly entries: Now<Chains['entries']>;
  readonly entriesAbout: Now<Chains['entriesAbout']>;
  readonly heads: Now<Chains['heads']>;
  readonly eventsAfter: Now<Outbox['after']>;
  readonly newestEvent: Now<Outbox['newest']>;
  readonly entryAt: Now<Outbox['entryAt']>;
  readonly cursor: Now<Outbox['cursor']>;
  readonly findLease: Now<Leaser['find']>;
  readonly findWorkspace: Now<Workspaces['find']>;
  readonly listWorkspaces: Now<Workspaces['list']>;
  readonly findToken: Now<Tokens['find']>;
  readonly listTokens: Now<Tokens['list']>;
  readonly settings: () => Settings;
}

export interface Settings {
  readonly journalMode: string;
  /** As SQLite numbers it: 2 is FULL. */
  readonly synchronous: number;
}

export type Calls = Writes & Reads;

export interface Call {
  readonly id: number;
  readonly name: keyof Calls;
  readonly args: readonly unknown[];
}

/** All that statements need of a connection; they are prepared once and kept. */
export type Connection = Pick<DatabaseSync, 'prepare'>;
