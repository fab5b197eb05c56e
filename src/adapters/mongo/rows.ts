import type { Sha256 } from '../../core/digest.ts';
import { fail } from '../../core/errors.ts';
import type { LeaseRecord } from '../../core/lease/lease.ts';
import { keepsClaim } from '../../core/ledger/acceptance.ts';
import type { ChainHead, Entry } from '../../core/ledger/entry.ts';
import type { LedgerEvent } from '../../core/ledger/event.ts';
import { eventOf } from '../../core/ledger/news.ts';
import { attemptAfter, isNextAttempt, isOver, type Patch } from '../../core/patch/patch.ts';
import { NO_TERMS } from '../../core/patch/terms.ts';
import type { Workspace } from '../../core/workspace.ts';
import type { TokenRecord } from '../../ports/tokens.ts';

/** The collections whose documents decisions write. What nothing asks by is kept as the text of its JSON. */
export const TABLES = ['patches', 'heads', 'leases', 'workspaces', 'tokens'] as const;
export type Table = (typeof TABLES)[number];

/** One document of a table. `rev`, the number of the decision that wrote it last, is added as it is applied. */
export interface Row {
  readonly _id: string;
  readonly [field: string]: unknown;
}

/** The fields that rows are looked up by, besides their `_id`; a row that is not found by one does not have it. */
export const LOOKUPS: Readonly<Record<Table, readonly string[]>> = {
  patches: ['byKey', 'byContent', 'byAttempt', 'byLanding', 'series', 'openIn'],
  heads: [],
  leases: [],
  workspaces: ['registered'],
  tokens: [],
};

export interface StoredPatch {
  readonly patch: Patch;
  /** The content that this patch was to answer for, with those that follow it in its series. */
  readonly claim: Sha256 | null;
  /** The outbox position from which on another one does, though this one might; null where none came. */
  readonly gaveUpAt: number | null;
}

/** The content that a patch answers for; at an earlier moment, as it was then. */
export function claimAt({ patch, claim, gaveUpAt }: StoredPatch, position = Number.POSITIVE_INFINITY) {
  return keepsClaim(patch) && (gaveUpAt ?? Number.POSITIVE_INFINITY) >= position ? claim : null;
}

export function patchRow(stored: StoredPatch): Row {
  const { patch, claim, gaveUpAt } = stored;
  const { id, seq, workspace, idempotencyKey: key, series, state, executedAt } = patch;
  const kept = claimAt(stored);
  const after = nextAttemptOf(patch);
  const landing = state.name === 'landed' ? state.intent.landingSeq : null;
  return {
    _id: id,
    ...{ seq, workspace, state: state.name, executedAt, claim, gaveUpAt },
    ...(key !== null && { byKey: within(workspace, key) }),
    ...(kept !== null && { byContent: within(workspace, kept) }),
    ...(after !== null && { byAttempt: after }),
    ...(landing !== null && { byLanding: landingKey(workspace, landing) }),
    ...(series !== null && { series: series.first }),
    ...(!isOver(state) && { openIn: workspace }),
    json: JSON.stringify(patch),
  };
}

function nextAttemptOf(patch: Patch): string | null {
  const rejected = attemptAfter(patch.lineage);
  return rejected !== null && isNextAttempt(patch, rejected) ? rejected : null;
}

/** No name of a workspace has a line end. */
export function within(workspace: string, key: string): string {
  return `${workspace}\n${key}`;
}

/** Sorted as text it is sorted by number. */
export function landingKey(workspace: string, landingSeq: number): string {
  return within(workspace, `${landingSeq}`.padStart(16, '0'));
}

export function storedPatch(row: Row): StoredPatch {
  const gaveUpAt = row.gaveUpAt === null ? null : integer(row, 'gaveUpAt');
  return { patch: patchOf(row), claim: textOrNull(row, 'claim') as Sha256 | null, gaveUpAt };
}

export function patchOf(row: Row): Patch {
  // What was written by versions that knew no terms asked for nothing more.
  const { terms = NO_TERMS, ...patch } = json(row, 'json') as Patch & Partial<Pick<Patch, 'terms'>>;
  return { ...patch, terms };
}

/** `first` outlives a removal: the name belongs to that place for ever. */
export interface Registration {
  readonly workspace: Workspace | null;
  readonly first: Workspace;
}

export function registrationRow(name: string, { workspace, first }: Registration): Row {
  return {
    _id: name,
    ...(workspace !== null && { registered: 'yes' }),
    json: workspace && JSON.stringify(workspace),
    first: JSON.stringify(first),
  };
}

export function registrationOf(row: Row): Registration {
  return { workspace: row.json === null ? null : workspaceOf(row), first: json(row, 'first') as Workspace };
}

export function workspaceOf(row: Row): Workspace {
  return json(row, 'json') as Workspace;
}

export function leaseRow({ name, owner, token, expiresAt, ttlMs, writer }: LeaseRecord): Row {
  return { _id: name, owner, token, expiresAt, ttlMs, writer: writer && JSON.stringify(writer) };
}

export function leaseOf(row: Row): LeaseRecord {
  return {
    name: row._id,
    owner: textOrNull(row, 'owner'),
    token: integer(row, 'token') as LeaseRecord['token'],
    expiresAt: integer(row, 'expiresAt'),
    ttlMs: integer(row, 'ttlMs'),
    writer: row.writer === null ? null : (json(row, 'writer') as LeaseRecord['writer']),
  };
}

export function tokenRow(token: TokenRecord): Row {
  return { _id: token.id, json: JSON.stringify(token) };
}

export function tokenOf(row: Row): TokenRecord {
  return json(row, 'json') as TokenRecord;
}

export function headRow({ chain, n, hash }: ChainHead): Row {
  return { _id: chain, n, hash };
}

export function headOf(row: Row): ChainHead {
  return { chain: row._id, n: integer(row, 'n'), hash: text(row, 'hash') as ChainHead['hash'] };
}

/** An entry under its position in the outbox. The sealed text is the truth; the fields beside it are for asking. */
export interface EntryRow {
  readonly _id: number;
  readonly chain: string;
  readonly n: number;
  readonly subject: string;
  readonly sealed: string;
  readonly news: string;
}

export function entryOf({ _id, sealed }: Pick<EntryRow, '_id' | 'sealed'>): Entry {
  return parsed(sealed, `entry ${_id}`) as Entry;
}

export function eventIn(row: EntryRow): LedgerEvent {
  return eventOf(entryOf(row), row._id, parsed(row.news, `entry ${row._id}`) as LedgerEvent['data']);
}

function json(row: Row, field: string): unknown {
  return parsed(text(row, field), `${field} of ${row._id}`);
}

function parsed(value: string, what: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    throw damaged(what, 'what is no JSON');
  }
}

function text(row: Row, field: string): string {
  const value = row[field];
  if (typeof value === 'string') return value;
  throw damaged(`${field} of ${row._id}`, typeof value);
}

function textOrNull(row: Row, field: string): string | null {
  return row[field] === null ? null : text(row, field);
}

function integer(row: Row, field: string): number {
  const value = row[field];
  if (typeof value === 'number') return value;
  throw damaged(`${field} of ${row._id}`, typeof value);
}

function damaged(what: string, got: string) {
  return fail('integrity_broken', { problem: `The ledger's ${what} holds ${got}.` });
}
