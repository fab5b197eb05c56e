import type { RequestHandler } from 'express';
import { fail } from '../../core/errors.ts';
import { sendProblem } from '../problem.ts';

/**
 * Answers for a handler that has not said a byte `limitMs` after the request was received. While the request is
 * still coming in, Node's own limit counts instead. Streams say their headers at once and are never cut here.
 */
export function answerWithin(limitMs: number, now: () => number): RequestHandler {
  return (request, response, next) => {
    const timer = setTimeout(() => {
      if (!request.complete) timer.refresh();
      else if (!response.headersSent)
        sendProblem(fail('answer_late', { limitMs }), { request, response, at: now() });
    }, limitMs);
    request.once('end', () => timer.refresh());
    response.once('close', () => clearTimeout(timer));
    next();
  };
}
