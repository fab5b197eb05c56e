import type { ErrorRequestHandler, Request, Response } from 'express';
import { fail, type GhostError } from '../core/errors.ts';
import type { ClientError, PlainAnswer } from '../platform/http-server.ts';
import { contextOf } from './context.ts';
import { codedError } from './foreign-error.ts';

const PROBLEM_TYPE = 'application/problem+json';

/** Long enough for a restart to be over. */
const RETRY_AFTER_S = 5;

/** The one body of every error: RFC 9457's members, and `status`, `message` and `timestamp` for older clients. */
interface Problem {
  readonly status: number;
  readonly message: string;
  /** RFC 3339, UTC. */
  readonly timestamp: string;
  readonly type: string;
  readonly title: string;
  readonly detail: string;
  /** The path that was asked for, without its query; absent where there was no request yet. */
  readonly instance?: string;
  readonly code: string;
  readonly requestId: string | null;
  readonly hint: string;
  /** Located faults of a patch's content. */
  readonly faults?: readonly unknown[];
  /** The repair request to its author, as a rejected patch has one. */
  readonly repair?: unknown;
}

interface Occurrence {
  readonly instance: string | null;
  readonly requestId: string | null;
  /** Milliseconds since 1970. */
  readonly at: number;
}

function problemOf(error: GhostError, { instance, requestId, at }: Occurrence): Problem {
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

/** Answers every error that a route or a middleware throws. The cause goes to the log and nowhere else. */
export function answerErrors(
  limits: { readonly bodyLimitBytes: number },
  now: () => number,
): ErrorRequestHandler {
  return (thrown: unknown, request, response, _next) => {
    const error = codedError(thrown, limits);
    const { logger } = contextOf(response);
    if (error.status >= 500)
      logger.error('request failed', { code: error.code, error: error.cause ?? error });
    if (response.headersSent) return void response.destroy();
    sendProblem(error, { request, response, at: now() });
  };
}

export function sendProblem(
  error: GhostError,
  { request, response, at }: { readonly request: Request; readonly response: Response; readonly at: number },
): void {
  const context = contextOf(response);
  context.code = error.code;
  for (const [name, value] of Object.entries(headersOf(error)))
    if (!response.hasHeader(name)) response.setHeader(name, value);
  const instance = request.originalUrl.split('?', 1)[0] ?? null;
  const problem = problemOf(error, { instance, requestId: context.requestId, at });
  response.status(error.status).type(PROBLEM_TYPE).send(JSON.stringify(problem));
}

function headersOf(error: GhostError): Readonly<Record<string, string>> {
  const waits = error.retry === 'later' && (error.status === 503 || error.status === 429);
  return {
    'Cache-Control': 'no-store',
    ...(waits ? { 'Retry-After': `${RETRY_AFTER_S}` } : {}),
    ...(error.code === 'token_missing' ? { 'WWW-Authenticate': 'Bearer realm="ghost"' } : {}),
    ...(error.code === 'token_invalid'
      ? { 'WWW-Authenticate': 'Bearer realm="ghost", error="invalid_token"' }
      : {}),
  };
}

/** The same envelope for what Node refuses before there is a request. */
export function clientErrorAnswer(now: () => number): (error: ClientError) => PlainAnswer {
  return (client) => {
    const error = clientFailure(client);
    return {
      status: error.status,
      headers: { 'content-type': PROBLEM_TYPE, 'cache-control': 'no-store' },
      body: JSON.stringify(problemOf(error, { instance: null, requestId: null, at: now() })),
    };
  };
}

function clientFailure(client: ClientError): GhostError {
  switch (client.kind) {
    case 'timeout':
      return fail('request_timeout', { limitMs: client.limitMs });
    case 'header-too-large':
      return fail('header_too_large', {});
    case 'malformed':
      return fail('request_malformed', { problem: client.problem });
  }
}
