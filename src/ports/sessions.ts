import type { Role } from '../core/role.ts';

/**
 * Who has signed in. A session lasts while it is used, and no longer than its limit; times are of the store's clock, and
 * where that goes back no session gains time. It may all be lost at any moment: people sign in again.
 * Every method throws GhostError store_unavailable.
 */
export interface Sessions {
  /** Makes a session with a random id of 256 bits. The store keeps a digest alone: nobody who reads it can use one. */
  create(of: SessionSubject, limits: SessionLimits): Promise<NewSession>;
  /** The session of that id, which counts as used now; null when there is none or it is over. */
  find(id: string): Promise<Session | null>;
  /** Fine when there is none. */
  end(id: string): Promise<void>;
  /** Ends every session of a subject, and tells how many were alive. */
  endAll(subject: string): Promise<number>;
}

interface SessionSubject {
  readonly subject: string;
  readonly role: Role;
}

interface SessionLimits {
  /** Over when it was not used for this long. */
  readonly idleMs: number;
  /** Over after this long, however much it is used. */
  readonly mostMs: number;
}

export interface Session extends SessionSubject {
  readonly createdAt: number;
  /** When it is over if it is not used again. */
  readonly expiresAt: number;
}

interface NewSession {
  /** For its owner alone: text that fits into a cookie. */
  readonly id: string;
  readonly session: Session;
}
