import type { Brand } from '../brand.ts';

/** `p_` and a ULID (26 characters of Crockford's base 32, ordered by time): `p_01JD...`. */
export type PatchId = Brand<string, 'PatchId'>;

const SHAPE = /^p_[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

export function isPatchId(text: string): text is PatchId {
  return SHAPE.test(text);
}

/** @param ulid a ULID in its canonical upper-case form */
export function patchId(ulid: string): PatchId {
  const id = `p_${ulid}`;
  if (!isPatchId(id)) throw new TypeError(`not a ULID: ${ulid}`);
  return id;
}
