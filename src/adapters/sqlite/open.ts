import { resolve } from 'node:path';
import type { Clock } from '../../platform/clock.ts';
import type { Chains, Outbox } from '../../ports/chain.ts';
import type { Leaser } from '../../ports/leaser.ts';
import type { AcceptedSubmission, Ledger } from '../../ports/ledger.ts';
import type { OpenedLedger } from '../../ports/ledger-ports.ts';
import type { Tokens } from '../../ports/tokens.ts';
import type { Workspaces } from '../../ports/workspaces.ts';
import type { Settings } from './calls.ts';
import { assertSafeVersion } from './database.ts';
import { type LedgerThread, startLedgerThread } from './thread-client.ts';

export interface SqliteLedger extends OpenedLedger {
  /** Asks the thread, behind whatever it is doing. @throws GhostError ledger_unavailable */
  health(): Promise<SqliteHealth>;
}

interface SqliteHealth extends Settings {
  readonly file: string;
  readonly sqliteVersion: string;
  /** From the question to the answer. */
  readonly latencyMs: number;
}

export interface SqliteOptions {
  /** Created with mode 0600, its directory with 0700, where they are not there. On a local file system. */
  readonly file: string;
  readonly clock: Clock;
  /** For looking at a ledger without the right or the wish to write; what writes then throws ledger_unavailable. */
  readonly readOnly?: boolean;
  /**
   * Told once, with what happened, when the ledger's thread died. Whatever was under way has an unknown fate and
   * nothing works any more: the process has to end, so that another opens the ledger anew.
   */
  readonly onDead?: (problem: string) => void;
}

/**
 * Opens the embedded ledger: SQLite with a write-ahead log, synchronous FULL and group commit on a thread of its own.
 * Several processes may open the same file.
 * @throws GhostError ledger_unsafe, ledger_newer, ledger_unavailable
 */
export async function openSqliteLedger(options: SqliteOptions): Promise<SqliteLedger> {
  const file = resolve(options.file);
  const sqliteVersion = process.versions.sqlite ?? 'absent';
  assertSafeVersion(sqliteVersion, file);
  const thread = await startLedgerThread({ file, readOnly: options.readOnly ?? false }, (problem) =>
    options.onDead?.(problem),
  );
  const { clock } = options;
  return {
    ledger: ledgerOn(thread),
    chains: chainsOn(thread),
    outbox: outboxOn(thread),
    leaser: leaserOn(thread, clock),
    workspaces: workspacesOn(thread),
    tokens: tokensOn(thread),
    async health() {
      const asked = clock.monotonic();
      const settings = await thread.call('settings');
      return { ...settings, file, sqliteVersion, latencyMs: clock.monotonic() - asked };
    },
    close: () => thread.close(),
  };
}

function ledgerOn(thread: LedgerThread): Ledger {
  return {
    accept: (...text) => thread.call('accept', ...(text.map(withOwnBytes) as typeof text)),
    record: (step) => thread.call('record', step),
    find: (id) => thread.call('findPatch', id),
    list: (query) => thread.call('listPatches', query),
    body: (id) => thread.call('body', id),
    line: (workspace) => thread.call('line', workspace),
  };
}

/** The bytes of a small text are a window on a buffer that many share, and all of that one would be copied to the thread. */
function withOwnBytes(submission: AcceptedSubmission): AcceptedSubmission {
  return { ...submission, body: new Uint8Array(submission.body) };
}

function chainsOn(thread: LedgerThread): Chains {
  return {
    append: (draft) => thread.call('append', draft),
    entries: (chain, after, limit) => thread.call('entries', chain, after, limit),
    entriesAbout: (subject) => thread.call('entriesAbout', subject),
    heads: () => thread.call('heads'),
  };
}

function outboxOn(thread: LedgerThread): Outbox {
  return {
    after: (position, limit) => thread.call('eventsAfter', position, limit),
    newest: () => thread.call('newestEvent'),
    entryAt: (position) => thread.call('entryAt', position),
    cursor: (reader) => thread.call('cursor', reader),
    moveCursor: (reader, position) => thread.call('moveCursor', reader, position),
  };
}

/** The time of a lease is the time at which it was asked for: a holder never believes in more than was granted. */
function leaserOn(thread: LedgerThread, clock: Clock): Leaser {
  return {
    take: (request) => thread.call('takeLease', clock.now(), request),
    renew: (lease, ttlMs) => thread.call('renewLease', clock.now(), lease, ttlMs),
    nameWriter: (lease, writer) => thread.call('nameWriter', lease, writer),
    release: (lease) => thread.call('releaseLease', clock.now(), lease),
    find: (name) => thread.call('findLease', name),
  };
}

function workspacesOn(thread: LedgerThread): Workspaces {
  return {
    add: (workspace) => thread.call('addWorkspace', workspace),
    find: (name) => thread.call('findWorkspace', name),
    list: () => thread.call('listWorkspaces'),
    pause: (name, reason, actor, at) => thread.call('pauseWorkspace', name, reason, actor, at),
    acceptTip: (name, accepted, by) => thread.call('acceptTip', name, accepted, by),
    remove: (name, actor, at) => thread.call('removeWorkspace', name, actor, at),
  };
}

function tokensOn(thread: LedgerThread): Tokens {
  return {
    add: (token) => thread.call('addToken', token),
    find: (id) => thread.call('findToken', id),
    list: () => thread.call('listTokens'),
    revoke: (id, actor, at) => thread.call('revokeToken', id, actor, at),
  };
}
