import { createHash } from 'node:crypto';
import type { Brand } from './brand.ts';

/** SHA-256 in lower-case hexadecimal, 64 characters. */
export type Sha256 = Brand<string, 'Sha256'>;

export function sha256(bytes: Uint8Array | string): Sha256 {
  return createHash('sha256').update(bytes).digest('hex') as Sha256;
}
