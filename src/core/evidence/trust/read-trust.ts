import type { Sha256 } from '../../digest.ts';
import { keyIdOf } from '../ed25519.ts';
import type { NamedKey, Trust, TrustedKey } from './trust.ts';

export type ReadTrust =
  | { readonly kind: 'read'; readonly trust: Trust }
  | { readonly kind: 'broken'; readonly problem: string };

/** Told where a member is not what it has to be. */
class NotTrust extends Error {}

/** Strict: every member is there, and no other; a key has the id that it is called by, and stands there once. */
export function readTrust(text: string): ReadTrust {
  try {
    return { kind: 'read', trust: trustIn(JSON.parse(text)) };
  } catch (error) {
    if (error instanceof NotTrust) return { kind: 'broken', problem: error.message };
    if (error instanceof SyntaxError) return { kind: 'broken', problem: 'it is not JSON' };
    throw error;
  }
}

const MOST_KEYS = 1_000;
const SHA256 = /^[0-9a-f]{64}$/;

function trustIn(data: unknown): Trust {
  const { version, installation, previous, madeAt, roots, keys } = exactly(data, 'the document', [
    ...['version', 'installation', 'previous', 'madeAt', 'roots', 'keys'],
  ]);
  return {
    version: count(version, 'version'),
    installation: name(installation, 'installation'),
    previous: previous === null ? null : digest(previous, 'previous'),
    madeAt: time(madeAt, 'madeAt'),
    roots: rootsIn(roots),
    keys: once(list(keys, 'keys').map(trustedKeyIn)),
  };
}

function rootsIn(data: unknown): Trust['roots'] {
  const roots = exactly(data, 'roots', ['threshold', 'keys']);
  const threshold = count(roots.threshold, 'roots.threshold');
  const keys = once(
    list(roots.keys, 'roots.keys').map((key) =>
      namedKey(exactly(key, 'a key of roots', ['keyId', 'publicKey'])),
    ),
  );
  if (threshold > keys.length) throw new NotTrust(`roots.threshold is ${threshold}, of ${keys.length} keys`);
  return { threshold, keys };
}

function trustedKeyIn(data: unknown): TrustedKey {
  const members = ['keyId', 'publicKey', 'workspaces', 'from', 'until', 'revoked'];
  const key = exactly(data, 'a key', members);
  const { workspaces } = key;
  return {
    ...namedKey(key),
    workspaces:
      workspaces === null ? null : list(workspaces, 'workspaces').map((each) => name(each, 'workspaces')),
    from: timeOrNull(key.from, 'from'),
    until: timeOrNull(key.until, 'until'),
    revoked: timeOrNull(key.revoked, 'revoked'),
  };
}

function namedKey({ keyId, publicKey }: Record<string, unknown>): NamedKey {
  const id = digest(keyId, 'keyId');
  const bytes = typeof publicKey === 'string' ? Buffer.from(publicKey, 'base64') : Buffer.alloc(0);
  if (bytes.length !== 32 || bytes.toString('base64') !== publicKey)
    throw new NotTrust('publicKey is not 32 bytes in Base64');
  if (keyIdOf(bytes) !== id) throw new NotTrust(`key ${id.slice(0, 16)} is not the one that it is called`);
  return { keyId: id, publicKey };
}

function once<Key extends NamedKey>(keys: readonly Key[]): readonly Key[] {
  if (new Set(keys.map(({ keyId }) => keyId)).size !== keys.length)
    throw new NotTrust('a key stands there twice');
  return keys;
}

function exactly(data: unknown, what: string, members: readonly string[]): Record<string, unknown> {
  if (data === null || typeof data !== 'object' || Array.isArray(data))
    throw new NotTrust(`${what} is not an object`);
  const found = Object.keys(data);
  const missing = members.find((member) => !found.includes(member));
  if (missing !== undefined) throw new NotTrust(`${what} has no ${missing}`);
  const unknown = found.find((member) => !members.includes(member));
  if (unknown !== undefined) throw new NotTrust(`${what} has ${JSON.stringify(unknown)}, which nobody knows`);
  return { ...data };
}

function list(data: unknown, what: string): readonly unknown[] {
  if (Array.isArray(data) && data.length > 0 && data.length <= MOST_KEYS) return data;
  throw new NotTrust(`${what} is not a list of 1 to ${MOST_KEYS}`);
}

function count(data: unknown, what: string): number {
  if (typeof data === 'number' && Number.isSafeInteger(data) && data > 0) return data;
  throw new NotTrust(`${what} is not a number from 1 on`);
}

function name(data: unknown, what: string): string {
  if (typeof data === 'string' && /^[A-Za-z0-9][\w.-]{0,99}$/.test(data)) return data;
  throw new NotTrust(`${what} is not a name`);
}

function digest(data: unknown, what: string): Sha256 {
  if (typeof data === 'string' && SHA256.test(data)) return data as Sha256;
  throw new NotTrust(`${what} is not a SHA-256`);
}

function timeOrNull(data: unknown, what: string): string | null {
  return data === null ? null : time(data, what);
}

/** In the one spelling that we write. */
function time(data: unknown, what: string): string {
  const at = typeof data === 'string' ? Date.parse(data) : Number.NaN;
  if (typeof data === 'string' && !Number.isNaN(at) && new Date(at).toISOString() === data) return data;
  throw new NotTrust(`${what} is not a time in UTC with milliseconds`);
}
