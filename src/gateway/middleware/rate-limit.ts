import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, MemoryStore, rateLimit } from 'express-rate-limit';
import { fail } from '../../core/errors.ts';
import type { Clock } from '../../platform/clock.ts';
import type { RateCounters } from '../../ports/rate-counters.ts';
import { contextOf } from '../context.ts';
import { RateLimitStore } from './rate-limit-store.ts';

/** One subscriber of IPv6 has a whole /64; counting addresses would give it a budget for each. */
const IPV6_CLIENT = 64;

export interface Budget {
  readonly name: string;
  /** 0 for no limit. */
  readonly limit: number;
  readonly windowMs: number;
  /** Where all who share the budget count; null for a process that has one of its own. They do not throw. */
  readonly counters: RateCounters | null;
  readonly clock: Clock;
}

/** Counts requests per token subject, or per address without a valid token, and refuses those above the budget. */
export function rateLimited({ name, limit, windowMs, counters, clock }: Budget): RequestHandler {
  if (limit === 0) return (_request, _response, next) => next();
  return rateLimit({
    limit,
    windowMs,
    identifier: name,
    store: counters === null ? new MemoryStore() : new RateLimitStore(`${name} of clients`, counters, clock),
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: clientOf,
    handler: (_request, _response, next) => next(fail('rate_limited', { limit, windowMs })),
    // Its checks print to the console; what they look for is decided in settings.ts.
    validate: false,
  });
}

function clientOf(request: Request, response: Response): string {
  const { caller } = contextOf(response);
  if (caller.kind === 'known') return `subject ${caller.identity.subject}`;
  return `address ${ipKeyGenerator(request.ip ?? 'unknown', IPV6_CLIENT)}`;
}
