import { AUTHOR_ERRORS } from './errors/author.ts';
import { EXIT, type ExitCode } from './errors/definition.ts';
import { INFRASTRUCTURE_ERRORS } from './errors/infrastructure.ts';

export { EXIT, type ExitCode };

/** Every error that Ghost reports. Expected outcomes are values elsewhere; these are thrown. */
export const CATALOGUE = { ...AUTHOR_ERRORS, ...INFRASTRUCTURE_ERRORS } as const;

export type ErrorCode = keyof typeof CATALOGUE;
export type ErrorDetails<C extends ErrorCode> = Parameters<(typeof CATALOGUE)[C]['message']>[0];

interface ErrorOptions {
  readonly cause?: unknown;
  readonly faults?: readonly unknown[];
  readonly repair?: unknown;
}

/** The one error type that Ghost throws on purpose. */
export class GhostError extends Error {
  override readonly name = 'GhostError';
  readonly code: ErrorCode;
  /** Located faults, when the error is about a patch's content. */
  readonly faults: readonly unknown[];
  /** What its author is asked for, where another text would help. */
  readonly repair: unknown;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.faults = options.faults ?? [];
    this.repair = options.repair ?? null;
  }

  get status(): number {
    return CATALOGUE[this.code].status;
  }

  get exit(): ExitCode {
    return CATALOGUE[this.code].exit;
  }

  get hint(): string {
    return CATALOGUE[this.code].hint;
  }

  get title(): string {
    return CATALOGUE[this.code].title;
  }

  get retry(): 'never' | 'later' {
    return CATALOGUE[this.code].retry;
  }

  /** Whose move it is. */
  get whose(): 'author' | 'infrastructure' {
    return this.code in AUTHOR_ERRORS ? 'author' : 'infrastructure';
  }
}

/** Makes the coded error; the caller throws it: `throw fail('patch_unknown', { id })`. */
export function fail<C extends ErrorCode>(
  code: C,
  details: ErrorDetails<C>,
  options: ErrorOptions = {},
): GhostError {
  const message = CATALOGUE[code].message as (details: ErrorDetails<C>) => string;
  return new GhostError(code, message(details), options);
}
