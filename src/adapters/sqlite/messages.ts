import { type ErrorCode, fail, GhostError } from '../../core/errors.ts';
import type { Call, Calls, Writes } from './calls.ts';

/* What passes between the process and its ledger thread. Errors cross as plain data and are made again on arrival. */

export type Message = readonly Call[] | 'close';

export type Answer =
  | { readonly id: number; readonly kind: 'done'; readonly value: unknown }
  | { readonly id: number; readonly kind: 'failed'; readonly error: CarriedError };

export type Started =
  | { readonly kind: 'started' }
  | { readonly kind: 'failed'; readonly error: CarriedError };

export interface CarriedError {
  /** Null for an error that is nobody's promise: a defect. */
  readonly code: ErrorCode | null;
  readonly message: string;
}

export function carry(error: unknown): CarriedError {
  if (error instanceof GhostError) return { code: error.code, message: error.message };
  return { code: null, message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

export function arrived({ code, message }: CarriedError): Error {
  return code === null ? new Error(`a thread of SQLite failed: ${message}`) : new GhostError(code, message);
}

/** Runs a call on those operations that know it; undefined when they do not. */
export function operationOf(operations: Partial<Calls>, call: Call): (() => unknown) | undefined {
  const operation = operations[call.name] as ((...args: readonly unknown[]) => unknown) | undefined;
  return operation && (() => operation(...call.args));
}

const WRITES: Readonly<Record<keyof Writes, true>> = {
  accept: true,
  record: true,
  append: true,
  moveCursor: true,
  takeLease: true,
  renewLease: true,
  nameWriter: true,
  releaseLease: true,
  addWorkspace: true,
  pauseWorkspace: true,
  acceptTip: true,
  removeWorkspace: true,
  addToken: true,
  revokeToken: true,
};

/** What is known of a call that was sent and will not be answered: a read did nothing, a write may be durable. */
export function unanswered(name: keyof Calls, problem: string): GhostError {
  return name in WRITES ? fail('ledger_unknown', { problem }) : unavailable(problem);
}

export function unavailable(problem: string): GhostError {
  return fail('ledger_unavailable', { problem });
}
