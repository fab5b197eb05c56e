import { monotonicFactory } from 'ulid';

/** Makes ULIDs that grow even within one millisecond of one process. */
export type NewUlid = (at: number) => string;

export function ulidFactory(): NewUlid {
  const next = monotonicFactory();
  return (at) => next(at);
}
