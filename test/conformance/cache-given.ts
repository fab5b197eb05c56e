import type { CacheKey } from '../../src/ports/cache.ts';
import { freshName } from './given.ts';

/** Bytes of a text, and back. */
export const bytes = (text: string) => new TextEncoder().encode(text);
export const textOf = (value: Uint8Array | null) => value && new TextDecoder().decode(value);

export function freshKey(given: Partial<CacheKey> = {}): CacheKey {
  return { namespace: freshName('namespace'), name: 'name', ...given };
}
