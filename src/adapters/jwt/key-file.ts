import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
} from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fail } from '../../core/errors.ts';

/** A key pair on P-256, named by its thumbprint. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly publicJwk: Readonly<Record<string, unknown>>;
}

/** The newest first: it signs, all verify, so that tokens of the one before outlive a rotation. */
export type SigningKeys = readonly [SigningKey, ...SigningKey[]];

/**
 * Reads the keys of a file, `{"keys": [JWK, ...]}`, newest first; makes the file with one key when it is missing. Safe when
 * several processes start at once: the first one's key is everybody's. Only the owner can read it.
 * @throws GhostError integrity_broken when the file holds anything else
 */
export async function openKeyFile(file: string): Promise<SigningKeys> {
  return (await readKeyFile(file)) ?? (await createKeyFile(file));
}

export async function readKeyFile(file: string): Promise<SigningKeys | null> {
  const text = await readOrNull(file);
  return text === null ? null : parseKeys(text, file);
}

async function createKeyFile(file: string): Promise<SigningKeys> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const text = `${JSON.stringify({ keys: [privateKey.export({ format: 'jwk' })] }, null, 2)}\n`;
  const temporary = `${file}.${randomUUID()}.tmp`;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  try {
    await writeSynced(temporary, text);
    await link(temporary, file).catch(ignoreExisting);
  } finally {
    await rm(temporary, { force: true });
    await syncDirectory(dirname(file));
  }
  return parseKeys(await readFile(file, 'utf8'), file);
}

async function writeSynced(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function parseKeys(text: string, file: string): SigningKeys {
  try {
    const { keys } = JSON.parse(text) as { keys: readonly Record<string, unknown>[] };
    const [first, ...rest] = keys.map(readKey);
    if (first) return [first, ...rest];
  } catch {
    // The cause is left out: a parser's message may quote the key.
  }
  throw fail('integrity_broken', { problem: `${file} does not hold signing keys on P-256` });
}

function readKey(jwk: Record<string, unknown>): SigningKey {
  const privateKey = createPrivateKey({ key: jwk, format: 'jwk' });
  const publicKey = createPublicKey(privateKey);
  const { kty, crv, x, y } = publicKey.export({ format: 'jwk' });
  if (kty !== 'EC' || crv !== 'P-256') throw new TypeError('not on P-256');
  const kid = thumbprint({ crv, kty, x, y });
  return { kid, privateKey, publicKey, publicJwk: { kty, crv, x, y, kid, use: 'sig', alg: 'ES256' } };
}

/** RFC 7638: SHA-256 over the required members, in this order, without white space. */
function thumbprint({ crv, kty, x, y }: Record<'crv' | 'kty' | 'x' | 'y', unknown>): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}

async function readOrNull(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

function ignoreExisting(error: unknown): void {
  if (codeOf(error) !== 'EEXIST') throw error;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
