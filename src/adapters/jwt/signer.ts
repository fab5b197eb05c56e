import jwt from 'jsonwebtoken';
import { ROLES, type Role } from '../../core/role.ts';
import type { Clock } from '../../platform/clock.ts';
import type { TokenRecord, TokenSigner, Verified } from '../../ports/tokens.ts';
import { openKeyFile, readKeyFile, type SigningKey, type SigningKeys } from './key-file.ts';
import { KnownTokens } from './known-tokens.ts';
import { refusalOf } from './refusal.ts';

export interface SignerOptions {
  /** Where the private keys are; made at the first use. */
  readonly file: string;
  readonly issuer: string;
  /** Where a caller names none. */
  readonly audience: string;
  readonly clock: Clock;
}

/** RFC 8725, 3.11: a type of our own keeps a token made for something else with the same key from passing here. */
const TYPE = 'ghost+jwt';
const ALGORITHM = 'ES256';
const MS_IN_A_SECOND = 1_000;
/** Ours have about 500 characters; decoding is not for anything that merely claims to be a token. */
const LONGEST_TOKEN = 4096;

/**
 * Tokens as JSON Web Tokens (RFC 7519) signed with ES256. Keys come from our own file and from nowhere else: `jku`, `x5u` and
 * `jwk` in a token's header are not looked at, and an algorithm other than ours is refused.
 */
export async function jwtSigner(options: SignerOptions): Promise<TokenSigner> {
  let keys = await openKeyFile(options.file);
  const known = new KnownTokens();
  /** A key that we do not know may have been added by a rotation since. */
  const keyNamed = async (kid: string): Promise<SigningKey | null> => {
    const isNamed = (key: SigningKey) => key.kid === kid;
    if (!keys.some(isNamed)) keys = (await readKeyFile(options.file)) ?? keys;
    return keys.find(isNamed) ?? null;
  };
  const verifyAnew = async (text: string, audience: string): Promise<Verified> => {
    const header = headerOf(text);
    if (!header) return refused('it is not a well-formed token');
    if (header.typ !== TYPE) return refused(`its type is not ${TYPE}`);
    if (header.crit !== undefined) return refused('its header demands an extension that is not known here');
    const key = header.kid === undefined ? null : await keyNamed(header.kid);
    return key
      ? verify(text, { ...options, audience, key, known })
      : refused('it is signed with a key that is not known here');
  };
  return {
    sign: async (token, audience = options.audience) => sign(token, keys, { ...options, audience }),
    verify: async (text, audience = options.audience) =>
      known.find({ text, audience }, options.clock.now()) ?? verifyAnew(text, audience),
    publicKeys: async () => ({ keys: keys.map(({ publicJwk }) => publicJwk) }),
  };
}

function sign(token: TokenRecord, [newest]: SigningKeys, { issuer, audience }: SignerOptions): string {
  const issuedAt = Math.floor(token.issuedAt / 1000);
  const claims = {
    iss: issuer,
    aud: audience,
    sub: token.subject,
    jti: token.id,
    role: token.role,
    iat: issuedAt,
    nbf: issuedAt,
    exp: Math.floor(token.expiresAt / 1000),
  };
  return jwt.sign(claims, newest.privateKey, {
    algorithm: ALGORITHM,
    header: { alg: ALGORITHM, typ: TYPE, kid: newest.kid },
  });
}

/** Not yet believed: only its key is looked up by it. */
function headerOf(text: string): jwt.JwtHeader | null {
  if (text.length > LONGEST_TOKEN) return null;
  try {
    return jwt.decode(text, { complete: true })?.header ?? null;
  } catch {
    return null;
  }
}

interface Verification extends SignerOptions {
  readonly key: SigningKey;
  /** Where a good token is noted. */
  readonly known: KnownTokens;
}

function verify(text: string, { issuer, audience, clock, key, known }: Verification): Verified {
  try {
    const claims = jwt.verify(text, key.publicKey, {
      algorithms: [ALGORITHM],
      issuer,
      audience,
      clockTimestamp: Math.floor(clock.now() / 1000),
    });
    if (typeof claims === 'string') return refused('it is not a well-formed token');
    const verified = identityIn(claims);
    if (verified.kind === 'verified')
      known.add({ text, audience }, { verified, expiresAt: Number(claims.exp) * MS_IN_A_SECOND });
    return verified;
  } catch (error) {
    return refused(refusalOf(error));
  }
}

/** jsonwebtoken checks what is there; that it is there is for us to check. */
function identityIn(claims: jwt.JwtPayload): Verified {
  const { exp, iss, aud, sub, jti } = claims;
  const missing = Object.entries({ exp, iss, aud, sub, jti }).find(([, value]) => !value)?.[0];
  if (missing || typeof sub !== 'string' || typeof jti !== 'string')
    return refused(`it has no ${missing ?? 'usable sub and jti'}`);
  const role = roleNamed(claims.role);
  return role
    ? { kind: 'verified', id: jti, subject: sub, role }
    : refused('it has no role that is known here');
}

function roleNamed(name: unknown): Role | undefined {
  return ROLES.find((role) => role === name);
}

function refused(problem: string): Verified {
  return { kind: 'refused', problem };
}
