import type { Response } from 'express';
import type { Identity } from '../app/authenticate.ts';
import type { ErrorCode } from '../core/errors.ts';
import type { Logger } from '../platform/logger.ts';

/** What the middlewares know of one request. */
export interface Context {
  readonly requestId: string;
  readonly logger: Logger;
  caller: Caller;
  /** Of the error that was answered, for the access log. */
  code: ErrorCode | null;
}

/** `refused`: there was a token, and it did not hold. Routes that need none let it pass all the same. */
export type Caller =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'known'; readonly identity: Identity }
  | { readonly kind: 'refused'; readonly error: unknown };

const KEY = 'ghost';

export function openContext(response: Response, context: Context): void {
  response.locals[KEY] = context;
}

export function contextOf(response: Response): Context {
  return response.locals[KEY];
}
