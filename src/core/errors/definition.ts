/** The CLI's exit codes, the closed list. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  cancelled: 3,
  notAllowed: 4,
  rejected: 5,
  conflict: 6,
  notFound: 7,
  pending: 8,
  held: 9,
  unreachable: 10,
  integrity: 11,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/**
 * One line of the catalogue. `status` is the HTTP answer, `exit` the CLI's, `retry` whether the same request can
 * work later. The message says what, where, got and expected; the hint says what to do next.
 */
export interface Definition {
  readonly status: number;
  readonly exit: ExitCode;
  readonly retry: 'never' | 'later';
  readonly title: string;
  readonly message: (details: never) => string;
  readonly hint: string;
}
