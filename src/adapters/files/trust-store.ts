import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../../core/digest.ts';
import type { TrustStore } from '../../ports/trust.ts';
import { atomicWrite } from './atomic-write.ts';
import { nullIfMissing } from './missing.ts';
import { underLock } from './under-lock.ts';

/** `trust.json` beside the bundles. */
export function fileTrust(directory: string, installation: string): TrustStore {
  const file = join(directory, 'trust.json');
  const read = () => nullIfMissing(readFile(file));
  return {
    installation,
    read,
    write: (bytes, { after }) =>
      underLock(file, async () => {
        const now = await read();
        if ((now && sha256(now)) !== (after && sha256(after))) return 'changed';
        await atomicWrite(file, bytes);
        return 'written';
      }),
  };
}
