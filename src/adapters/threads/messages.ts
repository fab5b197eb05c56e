import { type ErrorCode, GhostError } from '../../core/errors.ts';
import type { Tip } from '../../core/git.ts';
import type { FitSource, PatchText, PatchToFit } from '../../ports/change-engine.ts';

/* What passes between a process and a thread that works for it. A thread has one task at a time and may ask meanwhile. */

export type Task =
  | { readonly kind: 'read'; readonly text: PatchText }
  | { readonly kind: 'fit'; readonly base: Tip; readonly patch: PatchToFit };

/** To the thread. */
export type Order =
  | { readonly kind: 'task'; readonly task: Task }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'no-answer'; readonly id: number; readonly error: CarriedError };

/** From the thread. */
export type Word =
  | { readonly kind: 'question'; readonly id: number; readonly question: Question }
  | { readonly kind: 'done'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly error: CarriedError };

type Snapshot = FitSource['repository']['snapshot'];
type Remedy = FitSource['remedy'];

/** A call of the source that only the process has. */
export type Question =
  | { readonly of: 'snapshot'; readonly args: Parameters<Snapshot> }
  | { readonly of: 'paths'; readonly args: Parameters<Remedy['paths']> }
  | { readonly of: 'version'; readonly args: Parameters<Remedy['version']> }
  | { readonly of: 'merge'; readonly args: Parameters<Remedy['merge']> };

/** Errors cross as plain data and are made again on arrival. */
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
  return code === null
    ? new Error(`a thread that works on changes failed: ${message}`)
    : new GhostError(code, message);
}

export function askSource({ repository, remedy }: FitSource, question: Question): Promise<unknown> {
  switch (question.of) {
    case 'snapshot':
      return repository.snapshot(...question.args);
    case 'paths':
      return remedy.paths(...question.args);
    case 'version':
      return remedy.version(...question.args);
    case 'merge':
      return remedy.merge(...question.args);
  }
}
