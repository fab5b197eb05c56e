import type { ErrorRequestHandler, Request, Response } from 'express';
import { fail, type GhostError } from '../core/errors.ts';
import { problemOf } from '../core/problem.ts';
import type { ClientError, PlainAnswer } from '../platform/http-server.ts';
import { contextOf } from './context.ts';
import { codedError } from './foreign-error.ts';

const PROBLEM_TYPE = 'application/problem+json';

/** Long enough for a restart to be over. */
const RETRY_AFTER_S = 5;

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
