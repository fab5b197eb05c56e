import { createHmac, timingSafeEqual } from 'node:crypto';

/** Slack's own tolerance, both ways: a clock may be behind as well as ahead. */
const SIGNATURE_WINDOW_MS = 5 * 60_000;

export interface SignedRequest {
  /** Null when none is configured: then nothing is genuine. */
  readonly secret: string | null;
  /** X-Slack-Request-Timestamp: whole seconds since 1970. */
  readonly timestamp: string | undefined;
  /** X-Slack-Signature: `v0=` and 64 hexadecimal digits. */
  readonly signature: string | undefined;
  /** The body as it came, before anything parsed it. */
  readonly rawBody: Uint8Array;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export type Verification =
  /** `validUntil` (milliseconds since 1970): for so long the same request could be sent again. */
  | { readonly kind: 'genuine'; readonly signature: string; readonly validUntil: number }
  | { readonly kind: 'refused'; readonly problem: string };

/**
 * Slack's v0 signature: HMAC-SHA256 over `v0:TIMESTAMP:BODY`, compared in constant time.
 * Source: Slack, "Verifying requests from Slack".
 */
export function verifySlackSignature(request: SignedRequest): Verification {
  const { secret, timestamp, signature, rawBody, now } = request;
  if (secret === null || secret === '') return refused('no signing secret is configured');
  if (timestamp === undefined || signature === undefined)
    return refused('the request carries no timestamp and signature');
  if (!/^\d{1,12}$/.test(timestamp)) return refused('its timestamp is not a number of seconds');
  const at = Number(timestamp) * 1000;
  if (Math.abs(now - at) > SIGNATURE_WINDOW_MS)
    return refused('its timestamp is more than five minutes from the clock of this host');
  const expected = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(rawBody).digest();
  const given = Buffer.from(/^v0=([0-9a-f]{64})$/.exec(signature)?.[1] ?? '', 'hex');
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    return refused('it is not what this secret signs');
  return { kind: 'genuine', signature, validUntil: at + SIGNATURE_WINDOW_MS };
}

function refused(problem: string): Verification {
  return { kind: 'refused', problem };
}
