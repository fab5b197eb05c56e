import type { Sha256 } from '../core/digest.ts';
import type { Tree } from '../core/evidence/log/merkle.ts';
import type { Anchor } from '../core/evidence/trust/trust-anchor.ts';

/** The trust file of this installation. */
export interface TrustStore {
  readonly installation: string;
  /** Null before the first version. */
  read(): Promise<Uint8Array | null>;
  /**
   * Only where the file still has the bytes that it was made from, so that no version is lost to somebody who read before it was
   * there; null for none. Durable when resolved.
   */
  write(file: Uint8Array, from: { readonly after: Uint8Array | null }): Promise<'written' | 'changed'>;
}

/** What whoever verifies on this machine has seen, by the name of a log, an installation or a repository. */
export interface Sightings {
  find(name: string): Promise<Sighting>;
  /** Durable when resolved; what is left out stays as it was. */
  keep(name: string, seen: Partial<Sighting>): Promise<void>;
}

export interface Sighting {
  /** The newest version of the trust file. */
  readonly trust: Anchor | null;
  /** The largest tree. */
  readonly checkpoint: Tree | null;
  /** Leaves that a repository had of the log, when it had the most. */
  readonly published: number | null;
  /** The name of the log that a repository has. */
  readonly origin: string | null;
  readonly verified: VerifiedUpTo | null;
}

/** Up to where everything was verified, and nothing was wrong. */
interface VerifiedUpTo {
  readonly landing: number;
  /** Of the chain of the workspace. */
  readonly entry: number;
  readonly hash: Sha256;
}
