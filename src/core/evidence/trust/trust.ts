import type { Sha256 } from '../../digest.ts';

/** One version of what an installation's evidence is held against. Times are RFC 3339 in UTC, with milliseconds. */
export interface Trust {
  /** From 1, each one more than the one before. */
  readonly version: number;
  readonly installation: string;
  /** The digest of the version before; null for the first. */
  readonly previous: Sha256 | null;
  readonly madeAt: string;
  /** Who signs the next version: `threshold` of these keys. */
  readonly roots: { readonly threshold: number; readonly keys: readonly NamedKey[] };
  /** Who signs evidence, commits and checkpoints. A key is never taken out: what it signed stays signed. */
  readonly keys: readonly TrustedKey[];
}

export interface NamedKey {
  /** The digest of its SPKI form. */
  readonly keyId: Sha256;
  /** Its own 32 bytes, in Base64. */
  readonly publicKey: string;
}

export interface TrustedKey extends NamedKey {
  /** Null for all of them. */
  readonly workspaces: readonly string[] | null;
  /** Null where it was there from the beginning. */
  readonly from: string | null;
  /** Null as long as it signs. */
  readonly until: string | null;
  /** What it signed from then on is nobody's word. */
  readonly revoked: string | null;
}

/** Clocks of several machines tell a moment by a little differently, where one key follows another. */
export const CLOCK_SKEW_MS = 10 * 60_000;

export interface Signed {
  readonly keyId: string;
  readonly workspace: string;
  readonly signed: Moment;
}

/**
 * Milliseconds since 1970, as whoever signed tells it. Where only what was signed tells a time, it was signed at that time or
 * later.
 */
export interface Moment {
  readonly kind: 'at' | 'at-or-after';
  readonly time: number;
}

export type Trusted =
  | { readonly kind: 'trusted'; readonly key: TrustedKey }
  | { readonly kind: 'untrusted'; readonly why: string };

/** Whether this key's word counts for what it signed. A revocation has no tolerance. */
export function trustedKey({ keys }: Trust, { keyId, workspace, signed }: Signed): Trusted {
  const key = keys.find((each) => each.keyId === keyId);
  const name = `key ${keyId.slice(0, 16)}`;
  if (key === undefined) return untrusted(`${name} is not in the trust file`);
  const { workspaces, from, until, revoked } = key;
  if (workspaces !== null && !workspaces.includes(workspace))
    return untrusted(`${name} does not sign for ${workspace}`);
  const { kind, time: at } = signed;
  const when = new Date(at).toISOString();
  if (revoked !== null && at >= Date.parse(revoked))
    return untrusted(`${name} was revoked at ${revoked}, and this was signed at ${when}`);
  if (from !== null && kind === 'at' && at < Date.parse(from) - CLOCK_SKEW_MS)
    return untrusted(`${name} signs from ${from} on, and this was signed at ${when}`);
  if (until !== null && at > Date.parse(until) + CLOCK_SKEW_MS)
    return untrusted(`${name} signed until ${until}, and this was signed at ${when}`);
  return { kind: 'trusted', key };
}

export function publicKeyOf({ publicKey }: NamedKey): Uint8Array {
  return Buffer.from(publicKey, 'base64');
}

function untrusted(why: string): Trusted {
  return { kind: 'untrusted', why };
}
