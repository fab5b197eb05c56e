import type { Request } from 'express';
import type Joi from 'joi';
import { fail } from '../core/errors.ts';
import { NOTHING, type Nothing, validated } from './middleware/validate.ts';

/** Turns the bytes of a request's body into what a route takes. */
export type BodyReader<B> = (request: Request, raw: Uint8Array) => B;

/** A route that takes no body; `{}` is as good as none, since many clients send it. */
export const noBody: BodyReader<Nothing> = (request, raw) =>
  raw.byteLength === 0 ? {} : jsonBody(NOTHING)(request, raw);

export function jsonBody<T>(schema: Joi.ObjectSchema<T>): BodyReader<T> {
  return (request, raw) => {
    if (mediaTypeOf(request) !== 'application/json')
      throw fail('content_type_unknown', { got: request.get('content-type') ?? 'none' });
    return validated(schema, parsedJson(raw), 'body');
  };
}

/**
 * The media type in lower case, without parameters.
 * @throws GhostError content_type_unknown for a charset other than UTF-8: text is never guessed at
 */
export function mediaTypeOf(request: Request): string {
  const header = request.get('content-type') ?? '';
  const [type = '', ...parameters] = header.split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='));
  if (charset !== undefined && !/^charset="?(?:utf-8|us-ascii)"?$/.test(charset))
    throw fail('content_type_unknown', { got: header });
  return type;
}

/**
 * Strict where body-parser's own reader is not: what is no UTF-8 would silently become U+FFFD in a patch.
 * @throws GhostError body_unreadable
 */
export function parsedJson(raw: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(raw));
  } catch (error) {
    const problem = error instanceof SyntaxError ? positionOf(error.message) : 'it is not UTF-8';
    throw fail('body_unreadable', { problem });
  }
}

/** V8 quotes the text around the error; of its message only the position, if it has one, is safe to repeat. */
function positionOf(message: string): string {
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position !== undefined) return `it is no valid JSON at position ${position}`;
  return message.startsWith('Unexpected end') ? 'the JSON ends too early' : 'it is no valid JSON';
}
