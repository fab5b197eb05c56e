import type { LegibleFault } from '../core/change/faults/legible-fault.ts';
import { CATALOGUE, type ErrorCode, EXIT, type ExitCode, GhostError } from '../core/errors.ts';
import { plainText } from './plain-text.ts';

/** An error as the command line tells it. */
export interface Problem {
  readonly code: string;
  readonly title: string;
  readonly status: number;
  readonly message: string;
  readonly hint: string;
  readonly faults: readonly unknown[];
  /** The repair request to the author of a patch; null for every other error. */
  readonly repair: unknown;
  readonly exit: ExitCode;
}

/** Anything thrown. What is not ours becomes `internal`, with its own message: the person at the terminal runs the code. */
export function problemOf(error: unknown): Problem {
  if (error instanceof GhostError) {
    const { code, title, status, message, hint, faults, repair, exit } = error;
    return { code, title, status, message, hint, faults, repair, exit };
  }
  const { title, status } = CATALOGUE.internal;
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: 'internal',
    title,
    status,
    message,
    hint: 'The log tells more.',
    faults: [],
    repair: null,
    exit: EXIT.failed,
  };
}

/** A wrong command line. */
export function usageProblem(message: string, command: string): Problem {
  const hint = `\`${command} --help\` shows what it takes.`;
  return {
    code: 'input_invalid',
    title: 'Wrong usage',
    status: 400,
    message,
    hint,
    faults: [],
    repair: null,
    exit: EXIT.usage,
  };
}

/** What the service said about a refused request, as the error it was there. Null for a body of another form. */
export function errorOfBody(body: unknown): GhostError | null {
  if (typeof body !== 'object' || body === null || !('code' in body) || !('message' in body)) return null;
  const { code, message } = body;
  if (typeof code !== 'string' || typeof message !== 'string' || !isErrorCode(code)) return null;
  const faults = 'faults' in body && Array.isArray(body.faults) ? body.faults : [];
  return new GhostError(code, message, { faults, repair: 'repair' in body ? body.repair : null });
}

/** What, the way out, and the faults where the message does not tell them already. */
export function renderProblem({ message, hint, faults }: Problem): string {
  const located = faults.filter(isFault).map((fault) => `  ${fault.message}`);
  const lines = [message, ...(message.includes('\n') ? [] : located), `hint: ${hint}`];
  return `ghost: ${lines.map(plainText).join('\n')}\n`;
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(CATALOGUE, code);
}

function isFault(value: unknown): value is LegibleFault {
  return (
    typeof value === 'object' &&
    value !== null &&
    'message' in value &&
    'path' in value &&
    'patchLine' in value
  );
}
