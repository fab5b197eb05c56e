import jwt from 'jsonwebtoken';

/** jsonwebtoken's messages (its README, "Errors & Codes"), by their beginnings, in words for the holder of a token. */
const WORDS: readonly (readonly [beginning: string, words: string])[] = [
  ['invalid signature', 'its signature does not match'],
  ['jwt signature is required', 'it is not signed'],
  ['invalid algorithm', 'it is not signed with ES256'],
  ['jwt audience invalid', 'it is meant for another audience'],
  ['jwt issuer invalid', 'it comes from another issuer'],
];

/** Why jsonwebtoken refused a token, in words: `it expired at 2026-11-22T10:00:00.000Z`. */
export function refusalOf(error: unknown): string {
  if (error instanceof jwt.TokenExpiredError) return `it expired at ${error.expiredAt.toISOString()}`;
  if (error instanceof jwt.NotBeforeError) return `it is not valid before ${error.date.toISOString()}`;
  const message = error instanceof Error ? error.message : '';
  return WORDS.find(([beginning]) => message.startsWith(beginning))?.[1] ?? 'it is not a well-formed token';
}
