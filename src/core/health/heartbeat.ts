import type { Json } from '../json.ts';

/** Stale is unknown, and unknown is never healthy. */
export const HEALTHS = ['healthy', 'degraded', 'unhealthy', 'unknown'] as const;
export type Health = (typeof HEALTHS)[number];

/** What a process says of itself, every few seconds. `at` and `startedAt` are RFC 3339 in UTC. */
export interface Heartbeat {
  readonly component: string;
  readonly instance: string;
  readonly pid: number;
  readonly startedAt: string;
  readonly at: string;
  /** Grows by one with every beat; a reader that sees it stand still knows. */
  readonly sequence: number;
  readonly status: Health;
  /** After this many milliseconds without a new beat the component is unknown. */
  readonly staleAfterMs: number;
  readonly details: Json;
}
