/** Below the 10 s that a first byte may take. */
const LONGEST_WAIT_S = 8;

/** Seconds to wait from a `Prefer` header (RFC 7240), at most 8; null when it asks for none. */
export function preferredWait(header: string | undefined): number | null {
  const asked = /(?:^|,)\s*wait\s*=\s*"?(\d{1,6})"?\s*(?:[,;]|$)/i.exec(header ?? '')?.[1];
  return asked === undefined ? null : Math.min(Number(asked), LONGEST_WAIT_S);
}
