import type { Role } from '../core/role.ts';

/** What a bearer token says, without its signature. Times in milliseconds since 1970. */
export interface TokenRecord {
  readonly id: string;
  readonly subject: string;
  readonly role: Role;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly issuedBy: string;
  readonly revokedAt: number | null;
}

/**
 * The register of issued tokens: looked up at every request, so that a revocation counts at once. Each change is an
 * entry in the system's chain and an outbox row.
 */
export interface Tokens {
  add(token: TokenRecord): Promise<void>;
  find(id: string): Promise<TokenRecord | null>;
  list(): Promise<readonly TokenRecord[]>;
  /** False when there is no such token; revoking twice is fine. */
  revoke(id: string, actor: string, at: number): Promise<boolean>;
}

export type Verified =
  | { readonly kind: 'verified'; readonly id: string; readonly subject: string; readonly role: Role }
  /** In words for the holder: `it expired at 2026-11-22T10:00:00Z`. */
  | { readonly kind: 'refused'; readonly problem: string };

/** Signs and verifies tokens; knows nothing of revocation. A token is good for one audience; that of the API when left out. */
export interface TokenSigner {
  sign(token: TokenRecord, audience?: string): Promise<string>;
  verify(text: string, audience?: string): Promise<Verified>;
  /** Public keys as a JSON Web Key Set. */
  publicKeys(): Promise<{ readonly keys: readonly Readonly<Record<string, unknown>>[] }>;
}
