import type { GhostError } from './errors.ts';

/** The one body of every error: RFC 9457's members, and `status`, `message` and `timestamp` for older clients. */
export interface Problem {
  readonly status: number;
  readonly message: string;
  /** RFC 3339, UTC. */
  readonly timestamp: string;
  readonly type: string;
  readonly title: string;
  readonly detail: string;
  /** What was asked for: the path of a request, without its query; absent where there was no request yet. */
  readonly instance?: string;
  readonly code: string;
  readonly requestId: string | null;
  readonly hint: string;
  /** Located faults of a patch's content. */
  readonly faults?: readonly unknown[];
  /** The repair request to its author, as a rejected patch has one. */
  readonly repair?: unknown;
}

export interface Occurrence {
  readonly instance: string | null;
  readonly requestId: string | null;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** An error as every edge that answers in JSON tells it. */
export function problemOf(error: GhostError, { instance, requestId, at }: Occurrence): Problem {
  return {
    status: error.status,
    message: error.message,
    timestamp: new Date(at).toISOString(),
    type: `urn:ghost:problem:${error.code}`,
    title: error.title,
    detail: error.message,
    ...(instance === null ? {} : { instance }),
    code: error.code,
    requestId,
    hint: error.hint,
    ...(error.faults.length === 0 ? {} : { faults: error.faults }),
    ...(error.repair === null ? {} : { repair: error.repair }),
  };
}
