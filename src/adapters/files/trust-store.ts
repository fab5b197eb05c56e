import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrustStore } from '../../ports/trust.ts';
import { atomicWrite } from './atomic-write.ts';
import { nullIfMissing } from './missing.ts';

/** `trust.json` beside the bundles. */
export function fileTrust(directory: string, installation: string): TrustStore {
  const file = join(directory, 'trust.json');
  return {
    installation,
    read: () => nullIfMissing(readFile(file)),
    write: (bytes) => atomicWrite(file, bytes),
  };
}
