import type { Request, RequestHandler, Response } from 'express';
import type { Clock } from '../../platform/clock.ts';
import { contextOf } from '../context.ts';

/** One line per request when it is over. The path, never the query: a query may hold what is nobody's business. */
export function accessLog(clock: Pick<Clock, 'monotonic'>): RequestHandler {
  return (request, response, next) => {
    const startedAt = clock.monotonic();
    response.once('close', () => {
      const { logger, code } = contextOf(response);
      logger.info('request', {
        method: request.method,
        route: routeOf(request),
        path: request.originalUrl.split('?', 1)[0],
        status: response.headersSent ? response.statusCode : null,
        durationMs: Math.round(clock.monotonic() - startedAt),
        subject: subjectOf(response),
        ...(code === null ? {} : { code }),
        ...(response.writableFinished ? {} : { aborted: true }),
      });
    });
    next();
  };
}

/** The pattern, so that lines can be counted by route: `/api/v1/patches/:id`. */
function routeOf(request: Request): string | null {
  const path: unknown = request.route?.path;
  return typeof path === 'string' ? `${request.baseUrl}${path}` : null;
}

function subjectOf(response: Response): string | null {
  const { caller } = contextOf(response);
  return caller.kind === 'known' ? caller.identity.subject : null;
}
