import type { RequestHandler } from 'express';
import type { Logger } from '../../platform/logger.ts';
import { openContext } from '../context.ts';

/** What may stand in a log line and a header as it is. */
const SANE = /^[\w.-]{8,64}$/;

/** Names the request by its X-Request-Id, or anew, and opens its context; the name goes back with the answer. */
export function requestId(options: {
  readonly logger: Logger;
  readonly newId: () => string;
}): RequestHandler {
  return (request, response, next) => {
    const given = request.get('x-request-id');
    const id = given !== undefined && SANE.test(given) ? given : options.newId();
    openContext(response, {
      requestId: id,
      logger: options.logger.child({ requestId: id }),
      caller: { kind: 'anonymous' },
      code: null,
    });
    response.setHeader('X-Request-Id', id);
    next();
  };
}
