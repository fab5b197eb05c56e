import { join } from 'node:path';
import { readPrivateFile } from '../../platform/private-file.ts';
import { secret } from '../../platform/secret.ts';
import type { FoundSecret, Secrets } from '../../ports/secrets.ts';

/** The kernel takes 128 KiB for one variable; no key or token comes near. */
const LONGEST_BYTES = 64 * 1024;
/** Nothing in it leads elsewhere. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A file for each secret, of that name, with mode 0600. A line break at its end is not part of the value. */
export function fileSecrets(folder: string): Secrets {
  return {
    read: async (name) =>
      NAME.test(name)
        ? read(join(folder, name), name)
        : unusable(name, 'is not a name that a secret can have'),
  };
}

async function read(path: string, name: string): Promise<FoundSecret> {
  const file = await readPrivateFile(path, LONGEST_BYTES);
  switch (file.kind) {
    case 'absent':
      return unusable(name, `is not known here: there is no file secrets/${name}`);
    case 'link':
      return unusable(name, 'is a link, which is not followed');
    case 'no-file':
      return unusable(name, 'is not a plain file');
    case 'open':
      return unusable(name, `has mode ${file.mode}, so that others can reach it; expected 0600`);
    case 'too-large':
      return unusable(name, `has ${file.size} bytes, at most ${LONGEST_BYTES} are taken`);
    case 'read':
      return secretIn(file.bytes, name);
  }
}

function secretIn(bytes: Buffer, name: string): FoundSecret {
  const value = bytes.toString('utf8').replace(/\r?\n$/, '');
  if (value === '') return unusable(name, 'is empty');
  if (value.includes('\0')) return unusable(name, 'contains a NUL character');
  return { kind: 'found', value: secret(value) };
}

function unusable(name: string, why: string): FoundSecret {
  return { kind: 'unusable', why: `the secret ${name} ${why}` };
}
