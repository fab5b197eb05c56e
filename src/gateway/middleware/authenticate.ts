import type { RequestHandler } from 'express';
import { authenticate, type Identity } from '../../app/authenticate.ts';
import { ACTS, type ActName, mayDo } from '../../core/acts.ts';
import { fail } from '../../core/errors.ts';
import type { TokenSigner, Tokens } from '../../ports/tokens.ts';
import { type Caller, contextOf } from '../context.ts';

const BEARER = /^Bearer +([\w.~+/-]+=*) *$/i;

/**
 * Finds out who calls and refuses nobody yet: the rate limit comes first, so that guessing tokens is counted too.
 * `requireRole` and `requireToken` refuse.
 */
export function identify(needs: { readonly signer: TokenSigner; readonly tokens: Tokens }): RequestHandler {
  return identifyBy((bearer) => authenticate(needs, bearer));
}

/** The same for tokens of another kind. */
export function identifyBy(identityOf: (bearer: string) => Promise<Identity>): RequestHandler {
  return async (request, response, next) => {
    const header = request.get('authorization');
    if (header !== undefined) contextOf(response).caller = await callerOf(identityOf, header);
    next();
  };
}

async function callerOf(identityOf: (bearer: string) => Promise<Identity>, header: string): Promise<Caller> {
  const bearer = BEARER.exec(header)?.[1];
  if (bearer === undefined)
    return { kind: 'refused', error: fail('token_invalid', { problem: 'expected `Bearer TOKEN`' }) };
  try {
    return { kind: 'known', identity: await identityOf(bearer) };
  } catch (error) {
    return { kind: 'refused', error };
  }
}

/** @throws GhostError token_missing, token_invalid */
export function callerIdentity(caller: Caller): Identity {
  if (caller.kind === 'refused') throw caller.error;
  if (caller.kind === 'anonymous') throw fail('token_missing', {});
  return caller.identity;
}

/** Runs `handle` for those who have shown no token that holds. */
export function unlessKnown(handle: RequestHandler): RequestHandler {
  return (request, response, next) => {
    if (contextOf(response).caller.kind === 'known') next();
    else return handle(request, response, next);
  };
}

/** Every route below needs some valid token, even one that does not exist: strangers learn nothing about routes. */
export function requireToken(): RequestHandler {
  return (_request, response, next) => {
    callerIdentity(contextOf(response).caller);
    next();
  };
}

/** @throws GhostError role_insufficient */
export function requireRole({ role }: Pick<Identity, 'role'>, act: ActName): void {
  const { role: needed, says } = ACTS[act];
  if (!mayDo(role, act)) throw fail('role_insufficient', { role, needed, act: says });
}
