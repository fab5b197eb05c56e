import { createHash } from 'node:crypto';
import type { Verified } from '../../ports/tokens.ts';

type Good = Extract<Verified, { kind: 'verified' }>;

interface Known {
  readonly verified: Good;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** The same text is another token to whoever it is not for. */
interface Shown {
  readonly text: string;
  readonly audience: string;
}

/** More than this many at work at once cost a verification each again, and no more than that. */
const MOST = 1_000;

/**
 * Tokens whose signature was seen to be good, by the digest of the whole text, until they expire. Checking a signature is
 * the dearest part of a small request; whether the token still counts is asked of the register every time.
 */
export class KnownTokens {
  readonly #known = new Map<string, Known>();

  find(shown: Shown, now: number): Good | null {
    const digest = digestOf(shown);
    const known = this.#known.get(digest);
    if (known === undefined) return null;
    if (now < known.expiresAt) return known.verified;
    this.#known.delete(digest);
    return null;
  }

  add(shown: Shown, known: Known): void {
    const [oldest] = this.#known.keys();
    if (this.#known.size >= MOST && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(digestOf(shown), known);
  }
}

function digestOf({ text, audience }: Shown): string {
  return createHash('sha256').update(`${audience}\n${text}`).digest('base64');
}
