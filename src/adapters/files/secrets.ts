import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { secret } from '../../platform/secret.ts';
import type { FoundSecret, Secrets } from '../../ports/secrets.ts';
import { hasCode, nullIfMissing } from './missing.ts';

/** The kernel takes 128 KiB for one variable; no key or token comes near. */
const LONGEST_BYTES = 64 * 1024;
const OTHERS_MAY = 0o077;
/** Nothing in it leads elsewhere. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A file for each secret, of that name, with mode 0600. A line break at its end is not part of the value. */
export function fileSecrets(folder: string): Secrets {
  return {
    read: async (name) => {
      if (!NAME.test(name)) return unusable(name, 'is not a name that a secret can have');
      const file = await openFile(join(folder, name));
      if (file === 'a link') return unusable(name, 'is a link, which is not followed');
      if (file === null) return unusable(name, `is not known here: there is no file secrets/${name}`);
      try {
        return await read(file, name);
      } finally {
        await file.close();
      }
    },
  };
}

async function openFile(path: string): Promise<FileHandle | 'a link' | null> {
  try {
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    return await nullIfMissing(open(path, flags));
  } catch (error) {
    if (hasCode(error, 'ELOOP')) return 'a link';
    throw error;
  }
}

async function read(file: FileHandle, name: string): Promise<FoundSecret> {
  const { mode, size } = await file.stat();
  if ((mode & constants.S_IFMT) !== constants.S_IFREG) return unusable(name, 'is not a plain file');
  if ((mode & OTHERS_MAY) !== 0) {
    const octal = (mode & 0o777).toString(8).padStart(4, '0');
    return unusable(name, `has mode ${octal}, so that others can reach it; expected 0600`);
  }
  if (size > LONGEST_BYTES) return unusable(name, `has ${size} bytes, at most ${LONGEST_BYTES} are taken`);
  const value = (await file.readFile('utf8')).replace(/\r?\n$/, '');
  if (value === '') return unusable(name, 'is empty');
  if (value.includes('\0')) return unusable(name, 'contains a NUL character');
  return { kind: 'found', value: secret(value) };
}

function unusable(name: string, why: string): FoundSecret {
  return { kind: 'unusable', why: `the secret ${name} ${why}` };
}
