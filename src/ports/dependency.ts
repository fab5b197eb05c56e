import type { Json } from '../core/json.ts';

/** Something that Ghost rests on and can measure by using it. */
export interface Dependency {
  readonly name: string;
  /** The ports that it serves here, in our words: `ledger`, `cache`, `wake-ups`. */
  readonly serves: readonly string[];
  /** `required`: nothing works without it; `optional`: losing it costs latency only, and the service is degraded. */
  readonly need: 'required' | 'optional';
  /** Asks it something real. @throws whatever went wrong */
  measure(): Promise<Measured>;
}

export interface Measured {
  readonly latencyMs: number;
  /** Of the server; null where it does not say. */
  readonly version: string | null;
  readonly details: Json;
  /** Settings that are not as they should be, each with what to do. */
  readonly findings: readonly Finding[];
}

/** It works all the same, and something that it promises is weaker. What nothing may rest on is thrown instead. */
export interface Finding {
  readonly setting: string;
  readonly got: string;
  readonly expected: string;
  /** What to do, as an imperative: `redis-cli CONFIG SET maxmemory-policy noeviction`. */
  readonly fix: string;
  /**
   * Whoever set it up chose it, one member on one machine for instance: it is told everywhere, and nothing is degraded by it,
   * or what breaks later could not be told from what has always been so.
   */
  readonly lasting?: true;
}
