import express, { type Request, type RequestHandler, Router } from 'express';
import Joi from 'joi';
import type { Needs } from '../app/needs.ts';
import { fail } from '../core/errors.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import { parseCommand } from './command.ts';
import { runCommand } from './run-command.ts';
import { SeenSignatures } from './seen-signatures.ts';
import { verifySlackSignature } from './verify.ts';
import * as words from './words.ts';

export interface SlackOptions {
  /** Its counters do not throw: they are guarded. */
  readonly needs: Needs;
  /** The app's signing secret; null refuses every request. */
  readonly secret: string | null;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly bodyLimitBytes?: number;
}

/** Slack gives up after 3 s; the rest is for the way back. */
const ANSWER_WITHIN_MS = 2500;
const BODY_LIMIT_BYTES = 512 * 1024;

interface SlashCommand {
  readonly text: string;
  readonly user_id: string;
}

/** Slack sends a dozen more fields, and new ones at times: we take what we need and leave the rest. */
const SLASH_COMMAND = Joi.object<SlashCommand>({
  text: Joi.string().allow('').default(''),
  user_id: Joi.string()
    .pattern(/^[UW][A-Z0-9]{1,20}$/)
    .required(),
}).unknown();

/** `POST /commands`, to be mounted at `/slack`. The signature takes the place of a token. */
export function slackRouter(options: SlackOptions): Router {
  const router = Router();
  const readBody = express.raw({ type: () => true, limit: options.bodyLimitBytes ?? BODY_LIMIT_BYTES });
  router.post('/commands', readBody, requireSignature(options), answerCommand(options));
  router.all('/commands', (request, response) => {
    response.setHeader('Allow', 'POST');
    throw fail('method_not_allowed', { method: request.method, path: request.originalUrl, allowed: 'POST' });
  });
  return router;
}

/** @throws GhostError signature_refused */
function requireSignature({ needs, secret, clock }: SlackOptions): RequestHandler {
  const seen = new SeenSignatures(needs.counters);
  return async (request, _response, next) => {
    const now = clock.now();
    const verified = verifySlackSignature({
      secret,
      timestamp: request.get('x-slack-request-timestamp'),
      signature: request.get('x-slack-signature'),
      rawBody: rawBodyOf(request),
      now,
    });
    if (verified.kind === 'refused') throw fail('signature_refused', { problem: verified.problem });
    const remembered = await seen.remember(verified.signature, verified.validUntil, now);
    if (remembered === 'seen') throw fail('signature_refused', { problem: 'this very request came before' });
    if (remembered === 'full')
      throw fail('signature_refused', { problem: 'too many requests to tell a repeated one' });
    next();
  };
}

function answerCommand({ needs, logger, clock }: SlackOptions): RequestHandler {
  return async (request, response) => {
    const { text, user_id: user } = readForm(request);
    const answered = new AbortController();
    const answer = await Promise.race([
      runCommand(parseCommand(text), `slack:${user}`, { needs, logger }),
      clock.sleep(ANSWER_WITHIN_MS, answered.signal).then(words.late),
    ]);
    answered.abort();
    response.setHeader('Cache-Control', 'no-store');
    response.json({ response_type: 'ephemeral', text: answer });
  };
}

/** @throws GhostError content_type_unknown, input_invalid */
function readForm(request: Request): SlashCommand {
  if (!request.is('application/x-www-form-urlencoded'))
    throw fail('content_type_unknown', { got: request.get('content-type') ?? 'none' });
  const form = new URLSearchParams(new TextDecoder().decode(rawBodyOf(request)));
  const { error, value } = SLASH_COMMAND.validate(Object.fromEntries(form), { errors: { label: false } });
  if (error === undefined) return value;
  const [first] = error.details;
  throw fail('input_invalid', {
    where: `body.${first?.path.join('.') ?? ''}`,
    problem: first?.message ?? 'is invalid',
  });
}

function rawBodyOf(request: Request): Uint8Array {
  const body: unknown = request.body;
  return body instanceof Uint8Array ? body : new Uint8Array();
}
