import { lasts } from './expiry.ts';
import type { Role } from './role.ts';

/** A session as a store keeps it. Times in milliseconds since 1970, by the clock of the store. */
export interface SessionRecord {
  readonly subject: string;
  readonly role: Role;
  readonly createdAt: number;
  readonly seenAt: number;
  /** Unseen for this long it is over. */
  readonly idleMs: number;
  /** Over at this time, however often it is seen. */
  readonly endsAt: number;
}

/**
 * The session as it stands when it is seen at `now`; null when it is over. A clock that went back takes the end along,
 * so that the session has no more time left than when it was seen last.
 */
export function seenAgain(record: SessionRecord, now: number): SessionRecord | null {
  const endsAt = record.endsAt - Math.max(0, record.seenAt - now);
  if (!lasts(record.seenAt, record.idleMs, now) || now >= endsAt) return null;
  return { ...record, seenAt: now, endsAt };
}

/** When it is over if nobody sees it again. */
export function expiryOf({ seenAt, idleMs, endsAt }: SessionRecord): number {
  return Math.min(seenAt + idleMs, endsAt);
}
