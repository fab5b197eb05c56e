import type { SQLOutputValue } from 'node:sqlite';
import type { Sha256 } from '../../core/digest.ts';
import { fail } from '../../core/errors.ts';
import type { FencingToken, LeaseRecord } from '../../core/lease/lease.ts';
import type { ChainHead, Entry } from '../../core/ledger/entry.ts';
import type { LedgerEvent } from '../../core/ledger/event.ts';
import { eventOf } from '../../core/ledger/news.ts';
import type { PatchId } from '../../core/patch/id.ts';
import type { Origin, Patch } from '../../core/patch/patch.ts';
import type { Role } from '../../core/role.ts';
import type { Workspace } from '../../core/workspace.ts';
import type { TokenRecord } from '../../ports/tokens.ts';
import type { Settings } from './calls.ts';

/** What `get` and `all` of node:sqlite give: one value per column. */
export type Row = Readonly<Record<string, SQLOutputValue>>;

export function decodePatch(row: Row): Patch {
  return {
    id: text(row, 'id') as PatchId,
    seq: integer(row, 'seq'),
    workspace: text(row, 'workspace'),
    title: text(row, 'title'),
    author: text(row, 'author'),
    origin: text(row, 'origin') as Origin,
    format: text(row, 'format') as Patch['format'],
    digest: text(row, 'digest') as Sha256,
    size: integer(row, 'size'),
    externalId: textOrNull(row, 'external_id'),
    idempotencyKey: textOrNull(row, 'idempotency_key'),
    lineage: jsonOrNull(row, 'lineage') as Patch['lineage'],
    series: jsonOrNull(row, 'series') as Patch['series'],
    merge: text(row, 'merge') as Patch['merge'],
    terms: json(row, 'terms') as Patch['terms'],
    acceptedAt: integer(row, 'accepted_at'),
    version: integer(row, 'version'),
    state: json(row, 'state') as Patch['state'],
    executedAt: integerOrNull(row, 'executed_at'),
  };
}

export function decodeEntry(row: Row): Entry {
  return json(row, 'sealed') as Entry;
}

export function decodeEvent(row: Row): LedgerEvent {
  return eventOf(decodeEntry(row), integer(row, 'position'), json(row, 'data') as LedgerEvent['data']);
}

export function decodeHead(row: Row): ChainHead {
  return { chain: text(row, 'chain'), n: integer(row, 'n'), hash: text(row, 'hash') as Sha256 };
}

export function decodeLease(row: Row): LeaseRecord {
  return {
    name: text(row, 'name'),
    owner: textOrNull(row, 'owner'),
    token: integer(row, 'token') as FencingToken,
    expiresAt: integer(row, 'expires_at'),
    ttlMs: integer(row, 'ttl_ms'),
    writer: jsonOrNull(row, 'writer') as LeaseRecord['writer'],
  };
}

export function decodeWorkspace(row: Row): Workspace {
  return {
    name: text(row, 'name'),
    gitDir: text(row, 'git_dir'),
    workTree: textOrNull(row, 'work_tree'),
    branch: text(row, 'branch'),
    addedAt: integer(row, 'added_at'),
    addedBy: text(row, 'added_by'),
    paused: textOrNull(row, 'paused'),
    remote: jsonOrNull(row, 'remote') as Workspace['remote'],
    baseline: jsonOrNull(row, 'baseline') as Workspace['baseline'],
  };
}

export function decodeToken(row: Row): TokenRecord {
  return {
    id: text(row, 'id'),
    subject: text(row, 'subject'),
    role: text(row, 'role') as Role,
    issuedAt: integer(row, 'issued_at'),
    expiresAt: integer(row, 'expires_at'),
    issuedBy: text(row, 'issued_by'),
    revokedAt: integerOrNull(row, 'revoked_at'),
  };
}

export function decodeSettings(row: Row): Settings {
  return { journalMode: text(row, 'journalMode'), synchronous: integer(row, 'synchronous') };
}

export function bytes(row: Row, column: string): Uint8Array {
  const value = row[column];
  return value instanceof Uint8Array ? value : refuse(column, value);
}

export function integer(row: Row, column: string): number {
  const value = row[column];
  return typeof value === 'number' ? value : refuse(column, value);
}

export function integerOrNull(row: Row, column: string): number | null {
  return row[column] === null ? null : integer(row, column);
}

function text(row: Row, column: string): string {
  const value = row[column];
  return typeof value === 'string' ? value : refuse(column, value);
}

function textOrNull(row: Row, column: string): string | null {
  return row[column] === null ? null : text(row, column);
}

function json(row: Row, column: string): unknown {
  const value = text(row, column);
  try {
    return JSON.parse(value);
  } catch {
    throw fail('integrity_broken', { problem: `The ledger's column ${column} holds what is no JSON.` });
  }
}

function jsonOrNull(row: Row, column: string): unknown {
  return row[column] === null ? null : json(row, column);
}

function refuse(column: string, value: unknown): never {
  throw fail('integrity_broken', { problem: `The ledger's column ${column} holds a ${typeof value}.` });
}
