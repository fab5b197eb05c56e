const HIDDEN = '***';
const DEEPEST = 8;
/** Enough for a stack trace; a longer text would drown the line it stands in. */
const LONGEST = 8192;

const SECRET_KEY =
  /(?:token|authorization|secret|password|passwd|passphrase|signature|cookie|apikey|privatekey|credential)s?$/;

const SECRET_VALUES: readonly (readonly [RegExp, string])[] = [
  // A JSON Web Token: its first part is the base64url of `{"`.
  [/\beyJ[\w-]{5,}(?:\.[\w-]*){0,4}/g, HIDDEN],
  [/\b(bearer|basic)\s+[\w.~+/=-]{4,}/gi, `$1 ${HIDDEN}`],
  [/\bv0=[0-9a-f]{64}\b/g, HIDDEN],
  [/\bxox[a-z]-[\w-]+/g, HIDDEN],
  // What hosting services of git hand out.
  [/\b(?:gh[a-z]_|github_pat_|AT(?:BB|CTT|ATT))[\w=-]{16,}/g, HIDDEN],
  [/\bgl(?:pat|oas|dt|rt|ptt|ft|soat|agent|imt|cbt)-[\w.-]{8,}/g, HIDDEN],
  [
    /\b((?:private|job|deploy|access|api|auth)[-_]?(?:token|key)["']?\s?[:=]\s?)["']?[^\s"',;]{4,}/gi,
    `$1${HIDDEN}`,
  ],
  // No scheme is longer; without a bound, a text such as `a.a.a.` of a request's path takes time by the square of its length.
  [/(\b[a-z][a-z0-9+.-]{0,31}:\/\/)[^\s/@]+@/gi, `$1${HIDDEN}@`],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, HIDDEN],
];

/**
 * A copy of `value` that is safe to write down: what stands under a key that names a secret is hidden, and so are
 * bearer tokens, signatures, credentials in URLs and private keys inside any text. Errors become plain objects.
 */
export function redact(value: unknown): unknown {
  return redactAt(value, 0);
}

/** The same for one text. */
export function redactText(text: string): string {
  const clear = SECRET_VALUES.reduce((rest, [pattern, by]) => rest.replace(pattern, by), text);
  return clear.length > LONGEST ? `${clear.slice(0, LONGEST)}… (${clear.length} characters)` : clear;
}

function redactAt(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (depth === DEEPEST) return '…';
  if (value instanceof Error) return redactAt(plainError(value), depth);
  if (value instanceof Date) return value.toJSON();
  if (ArrayBuffer.isView(value)) return `(${value.byteLength} bytes)`;
  if (Array.isArray(value)) return value.map((item) => redactAt(item, depth + 1));
  const members = Object.entries(value).map(([key, member]) => [key, redactMember(key, member, depth)]);
  return Object.fromEntries(members);
}

function redactMember(key: string, member: unknown, depth: number): unknown {
  // A number under `token` is a fencing token, which the log is for.
  const hidden =
    SECRET_KEY.test(key.toLowerCase().replaceAll(/[_-]/g, '')) &&
    typeof member !== 'number' &&
    typeof member !== 'boolean' &&
    member !== null &&
    member !== undefined;
  return hidden ? HIDDEN : redactAt(member, depth + 1);
}

function plainError(error: Error): object {
  const { name, message, stack, cause } = error;
  return { name, message, ...('code' in error ? { code: error.code } : {}), stack, cause };
}
