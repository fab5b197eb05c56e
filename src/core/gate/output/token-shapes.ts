/** What stands in the place of a secret. */
export const HIDDEN = '***';

/**
 * Tokens that are known by their looks, each without white space but where `LEAD_IN` tells what goes before it. On bytes as
 * latin1. The logger has a list of its own: what a service logs is short text, what a check prints is anything.
 */
const TOKEN_SHAPES: readonly (readonly [RegExp, string])[] = [
  // A JSON Web Token: its first part is the base64url of `{"`.
  [/\beyJ[\w-]{5,}(?:\.[\w-]*){1,4}/g, HIDDEN],
  [/\b(bearer|basic)(\s{1,64})[\w.~+/=-]{16,}/gi, `$1$2${HIDDEN}`],
  [/\bv0=[0-9a-f]{64}\b/g, HIDDEN],
  [/\bxox[a-z]-[\w-]{8,}/g, HIDDEN],
  // What hosting services of git, clouds and registries hand out.
  [/\b(?:gh[a-z]_|github_pat_|AT(?:BB|CTT|ATT))[\w=-]{16,}/g, HIDDEN],
  [/\bgl(?:pat|oas|dt|rt|ptt|ft|soat|agent|imt|cbt)-[\w.-]{8,}/g, HIDDEN],
  [/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g, HIDDEN],
  [/\b(?:npm_|sk_live_|rk_live_|sk-)[\w-]{20,}/g, HIDDEN],
  [
    /\b((?:private|job|deploy|access|api|auth|secret)[-_]?(?:token|key)["']?\s?[:=]\s?)["']?[^\s"',;]{4,}/gi,
    `$1${HIDDEN}`,
  ],
  // No scheme is longer; without a bound, a long text without spaces takes time by the square of its length.
  [/(\b[a-z][a-z0-9+.-]{0,31}:\/\/)[^\s/@]+@/gi, `$1${HIDDEN}@`],
];

/** What may stand, before white space, in front of the rest of such a token or of a mark of a private key. */
export const LEAD_IN =
  /(?:(?:bearer|basic)\s{1,64}|(?:token|key)["']?\s?[:=]?\s?|-----(?:BEGIN|END)[A-Z ]{0,40})$/i;

export const KEY_BEGINS = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/;
export const KEY_ENDS = /-----END [A-Z ]{0,40}PRIVATE KEY-----/;

export function hideTokens(text: string): string {
  return TOKEN_SHAPES.reduce((rest, [shape, by]) => rest.replace(shape, by), text);
}
