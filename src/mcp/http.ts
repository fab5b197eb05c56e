import type { IncomingMessage, ServerResponse } from 'node:http';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, type McpRequestContext } from '@modelcontextprotocol/server';
import { authenticate, type Identity } from '../app/authenticate.ts';
import type { Needs } from '../app/needs.ts';
import { fail } from '../core/errors.ts';
import { closingSignal } from '../platform/http-server.ts';
import type { Logger } from '../platform/logger.ts';
import { type ActsHere, actsHere } from './acts-here.ts';
import { type CallingPlace, requireOwnPlace } from './calling-place.ts';
import { ghostServer } from './server.ts';

export interface McpOptions extends Pick<ActsHere, 'needs' | 'rehearse' | 'patchLimitBytes'>, CallingPlace {
  /** Of this Ghost. */
  readonly version: string;
  readonly logger: Logger;
}

/** What the middleware of an HTTP app is. */
type Handle = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => Promise<void>;

/** A patch as JSON: most characters are themselves, and a line end is two. */
const GROWTH = 4;
const BEARER = /^Bearer +([\w.~+/-]+=*) *$/i;

/**
 * Agents over HTTP, in both eras of the protocol. A request is one call with a server of its own; what is refused before
 * there is a call (who, from where, how large) is passed on as an error and gets the envelope of every other route.
 */
export function mcpOverHttp(options: McpOptions): Handle {
  const largest = options.patchLimitBytes * GROWTH;
  const handler = createMcpHandler((context) => serverFor(options, context), {
    // The answer begins at once, so that a wait is no silence.
    responseMode: 'sse',
    maxRequestBodySize: largest,
    onerror: (error) => options.logger.warn('a request of an agent went wrong', { error }),
  });
  // Its types leave out that a request of Node may have no method, which one that was received always has.
  const answer = toNodeHandler(handler, { maxRequestBodySize: largest }) as unknown as (
    request: IncomingMessage,
    response: ServerResponse,
  ) => Promise<void>;
  return async (request, response, next) => {
    try {
      requireOwnPlace(options, request.headers);
      const identity = await identityOf(options.needs, request.headers.authorization);
      if (Number(request.headers['content-length'] ?? 0) > largest)
        throw fail('body_too_large', { limit: `${Math.round(options.patchLimitBytes / 1024)} KiB` });
      response.setHeader('Cache-Control', 'no-store');
      await answer(Object.assign(request, { auth: authInfo(identity, request) }), response);
    } catch (error) {
      next(error);
    }
  };
}

/** @throws GhostError token_missing, token_invalid */
async function identityOf(needs: Pick<Needs, 'signer' | 'tokens'>, header: string | undefined) {
  if (header === undefined) throw fail('token_missing', {});
  const bearer = BEARER.exec(header)?.[1];
  if (bearer === undefined) throw fail('token_invalid', { problem: 'expected `Bearer TOKEN`' });
  return authenticate(needs, bearer);
}

/** What one request brings along to its server. The token itself stays behind. */
interface Brought {
  readonly identity: Identity;
  readonly closing: AbortSignal;
}

function authInfo(identity: Identity, request: IncomingMessage) {
  const brought: Brought = { identity, closing: closingSignal(request) };
  return { token: '', clientId: identity.subject, scopes: [identity.role], extra: { brought } };
}

function serverFor(
  { needs, rehearse, patchLimitBytes, version, logger }: McpOptions,
  { authInfo: info, requestInfo }: McpRequestContext,
) {
  if (info?.extra === undefined) throw new TypeError('a request of an agent came in without its caller');
  const { identity, closing } = info.extra.brought as Brought;
  // In the older protocol a connection that ends cancels nothing; nobody is there to be answered all the same.
  const gone = requestInfo?.signal ?? closing;
  const acts = actsHere({
    ...{ needs, rehearse, patchLimitBytes, identity },
    closing: AbortSignal.any([closing, gone]),
  });
  const logError = (tool: string, error: unknown) => logger.error('a tool failed', { tool, error });
  return ghostServer({ acts, version, clock: needs.clock, logError });
}
