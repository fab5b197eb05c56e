import cors from 'cors';
import type { RequestHandler } from 'express';

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);
const PREFLIGHT_KEPT_S = 600;

/** Lets pages of the listed origins read answers; every other origin gets no CORS header at all. */
export function corsFor(allowed: readonly string[]): RequestHandler {
  const handler = cors({
    origin: (origin, answer) => answer(null, origin !== undefined && isAllowedOrigin(origin, allowed)),
    methods: ['GET', 'HEAD', 'POST', 'DELETE'],
    allowedHeaders: [
      'Authorization',
      'Content-Type',
      'Idempotency-Key',
      'Last-Event-ID',
      'Prefer',
      'X-Request-Id',
    ],
    exposedHeaders: [
      'Idempotency-Key',
      'Location',
      'Preference-Applied',
      'RateLimit',
      'RateLimit-Policy',
      'Retry-After',
      'X-Request-Id',
    ],
    maxAge: PREFLIGHT_KEPT_S,
  });
  return (request, response, next) => {
    // Also on answers without CORS headers, or a cache would hand one origin's answer to another.
    response.vary('Origin');
    handler(request, response, next);
  };
}

/** Whether `origin` (a header value) matches one of `allowed`, in the forms that GatewaySettings describes. */
export function isAllowedOrigin(origin: string, allowed: readonly string[]): boolean {
  const asked = URL.parse(origin);
  if (asked === null || asked.origin !== origin) return false;
  return allowed.some((entry) => {
    if (entry.includes('://')) return entry === origin;
    if (entry === 'localhost') return LOOPBACK.has(asked.hostname);
    return asked.protocol === 'https:' && asked.host === entry;
  });
}
