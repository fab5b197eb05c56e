/**
 * Keeps those from asking who would only hear no: who is let in asks the leaser, which decides. Never the authority. A
 * store that fails over may let two in at once, and one that is gone lets everybody in; the leaser's token and the fence
 * are what makes one of them the holder. The time is the store's.
 * Every method throws GhostError store_unavailable.
 */
export interface Admission {
  /**
   * Lets the owner in for `ttlMs` where nobody else is; an owner who is in already stays for `ttlMs` from now. Who is in
   * for longer than the `ttlMs` of somebody who is refused, because a clock went back or a store was restored, stays
   * for only that long: nobody waits for ever for one who is gone.
   */
  enter(who: Entrant, ttlMs: number): Promise<Entrance>;
  /** Nothing happens where somebody else is in. */
  leave(who: Entrant): Promise<void>;
  /** Who is in; null where nobody is. */
  find(name: string): Promise<Admitted | null>;
}

export interface Entrant {
  readonly name: string;
  readonly owner: string;
}

export type Entrance =
  | { readonly kind: 'admitted'; readonly admitted: Admitted }
  | { readonly kind: 'busy'; readonly by: Admitted };

export interface Admitted extends Entrant {
  /** Under which the store keeps it, for whoever looks there. */
  readonly key: string;
  /** By the clock of the store, milliseconds since 1970. */
  readonly expiresAt: number;
}
