import { createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { link, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../../core/digest.ts';
import { fail } from '../../core/errors.ts';
import type { EvidenceSigner, EvidenceSigningKey } from '../../ports/evidence-signer.ts';
import { makeDirectory, syncDirectory } from './atomic-write.ts';
import { hasCode, nullIfMissing } from './missing.ts';

export interface EvidenceKeyOptions {
  /** Of the installation's keys; made when it is missing. */
  readonly directory: string;
  readonly now: () => number;
}

const NAME = /^evidence-(\d{1,9})\.json$/;

/**
 * Ed25519 keys, a file each: `evidence-1.json` is made at the first use, and the one with the greatest number signs. A number is
 * given once, whoever makes keys at the same moment, so that no key is lost that has signed something.
 */
export function fileEvidenceKeys({ directory, now }: EvidenceKeyOptions): EvidenceSigner {
  const read = new Map<number, EvidenceSigningKey>();
  const keyOf = async (number: number): Promise<EvidenceSigningKey> => {
    const known = read.get(number) ?? (await readKey(fileOf(directory, number)));
    read.set(number, known);
    return known;
  };
  const newest = async (): Promise<EvidenceSigningKey> => {
    const [last] = await numbersIn(directory);
    if (last !== undefined) return keyOf(last);
    await createKey(directory, 1, now());
    return newest();
  };
  return {
    newest,
    keys: async () => {
      await newest();
      return Promise.all((await numbersIn(directory)).map(keyOf));
    },
    rotate: async () => {
      const [last = 0] = await numbersIn(directory);
      await createKey(directory, last + 1, now());
      return newest();
    },
  };
}

function fileOf(directory: string, number: number): string {
  return join(directory, `evidence-${number}.json`);
}

/** Newest first. */
async function numbersIn(directory: string): Promise<readonly number[]> {
  const names = (await nullIfMissing(readdir(directory))) ?? [];
  return names
    .flatMap((name) => NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => b - a);
}

/** The file gets its name only when it is complete and synced; one that has the name already stays. */
async function createKey(directory: string, number: number, madeAt: number): Promise<void> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const text = `${JSON.stringify({ ...privateKey.export({ format: 'jwk' }), madeAt }, null, 2)}\n`;
  await makeDirectory(directory, 0o700);
  const temporary = join(directory, `${randomUUID()}.tmp`);
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(temporary, fileOf(directory, number));
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await rm(temporary, { force: true });
    await syncDirectory(directory);
  }
}

async function readKey(file: string): Promise<EvidenceSigningKey> {
  const key = parsedKey(await readFile(file, 'utf8'));
  if (key !== null) return key;
  throw fail('integrity_broken', { problem: `${file} does not hold a signing key on Ed25519` });
}

/** Null without a cause: a parser's message may quote the key. */
function parsedKey(text: string): EvidenceSigningKey | null {
  try {
    const jwk: Record<string, unknown> = JSON.parse(text);
    const privateKey = createPrivateKey({ key: jwk, format: 'jwk' });
    const publicKey = createPublicKey(privateKey);
    const { crv, x } = publicKey.export({ format: 'jwk' });
    if (crv !== 'Ed25519' || typeof x !== 'string') return null;
    return {
      keyId: sha256(publicKey.export({ type: 'spki', format: 'der' })),
      publicKey: Buffer.from(x, 'base64url'),
      madeAt: Number(jwk.madeAt ?? 0),
      sign: (bytes) => sign(null, bytes, privateKey),
    };
  } catch {
    return null;
  }
}
