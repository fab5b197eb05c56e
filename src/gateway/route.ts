import express, { type Express, type Request, type RequestHandler } from 'express';
import type Joi from 'joi';
import type { Identity } from '../app/authenticate.ts';
import { type ActName, neededFor } from '../core/acts.ts';
import { fail } from '../core/errors.ts';
import type { Role } from '../core/role.ts';
import { type Answer, send } from './answer.ts';
import type { BodyReader } from './body.ts';
import { contextOf } from './context.ts';
import { callerIdentity, requireRole } from './middleware/authenticate.ts';
import { validated } from './middleware/validate.ts';

type Method = 'get' | 'post' | 'delete';

/** One method of one path: which act it is, what it takes, what it answers. The act tells who may call it. */
export interface RouteDefinition<P, Q, B> {
  readonly method: Method;
  readonly path: string;
  readonly act: ActName;
  readonly params: Joi.ObjectSchema<P>;
  readonly query: Joi.ObjectSchema<Q>;
  readonly body: BodyReader<B>;
  readonly answer: (call: Call<P, Q, B>) => Promise<Answer>;
}

/** A request that has been let in and understood. */
export interface Call<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** Null on a public route that was called without a token. */
  readonly identity: Identity | null;
  /** The token's subject. */
  readonly actor: string;
  readonly request: Request;
}

export interface Route extends Pick<RouteDefinition<never, never, never>, 'method' | 'path'> {
  readonly access: 'public' | Role;
  readonly handle: RequestHandler;
}

export function route<P, Q, B>(definition: RouteDefinition<P, Q, B>): Route {
  const { method, path, act } = definition;
  const access = neededFor(act);
  const handle: RequestHandler = async (request, response) => {
    const identity = identityOf(contextOf(response).caller, act);
    const call = {
      identity,
      actor: identity?.subject ?? 'anonymous',
      params: validated(definition.params, request.params, 'params'),
      query: validated(definition.query, request.query, 'query'),
      body: definition.body(request, rawBodyOf(request)),
      request,
    };
    await send(response, await definition.answer(call));
  };
  return { method, path, access, handle };
}

function identityOf(caller: Parameters<typeof callerIdentity>[0], act: ActName): Identity | null {
  if (neededFor(act) === 'public' && caller.kind === 'anonymous') return null;
  const identity = callerIdentity(caller);
  requireRole(identity, act);
  return identity;
}

function rawBodyOf(request: Request): Uint8Array {
  const body: unknown = request.body;
  return body instanceof Uint8Array ? body : new Uint8Array();
}

/** Mounts the routes, and for each of their paths an answer to every method it does not have. */
export function mountRoutes(app: Express, routes: readonly Route[], bodyLimitBytes: number): void {
  const readBody = express.raw({ type: () => true, limit: bodyLimitBytes });
  for (const { method, path, access, handle } of routes) {
    if (method === 'get') app.get(path, handle);
    else app[method](path, refuseEarly(access), readBody, handle);
  }
  for (const path of new Set(routes.map((each) => each.path)))
    app.route(path).all(refuseMethod(allowedMethods(routes.filter((each) => each.path === path))));
}

/** A body is read only for callers who may send it; `handle` asks again, with the act's name. */
function refuseEarly(access: 'public' | Role): RequestHandler {
  return (_request, response, next) => {
    if (access !== 'public') callerIdentity(contextOf(response).caller);
    next();
  };
}

function allowedMethods(routes: readonly Route[]): string {
  const methods = new Set(routes.map(({ method }) => method.toUpperCase()));
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods, 'OPTIONS'].join(', ');
}

function refuseMethod(allowed: string): RequestHandler {
  return (request, response) => {
    response.setHeader('Allow', allowed);
    if (request.method !== 'OPTIONS')
      throw fail('method_not_allowed', { method: request.method, path: request.path, allowed });
    response.status(204).end();
  };
}
