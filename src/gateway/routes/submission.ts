import type { Request } from 'express';
import Joi from 'joi';
import type { Format } from '../../core/change/change.ts';
import { MAX_EXTERNAL_ID } from '../../core/change/limits.ts';
import { fail } from '../../core/errors.ts';
import type { MergeRule } from '../../core/patch/patch.ts';
import { type BodyReader, jsonBody, mediaTypeOf, parsedJson } from '../body.ts';
import { FLAG_NAMES, FORMAT, MERGE, PATCH_ID, PHASE, TITLE, WORKSPACE_NAME } from './shapes.ts';

/** What the author sent: the patch text itself, and what was said beside it in the body. */
export interface SubmittedBody {
  readonly patch: Uint8Array;
  readonly workspace: string | null;
  readonly title: string | null;
  readonly externalId: string | null;
  readonly format: Format | null;
  readonly repairs: string | null;
  readonly merge: MergeRule | null;
  readonly phase: string | null;
  /** Names with commas between them. */
  readonly flags: string | null;
}

export interface SubmitQuery extends Omit<SubmittedBody, 'patch'> {
  readonly force: boolean;
}

/** The author's own id; what a block says itself is bounded alike. */
const EXTERNAL_ID = Joi.string().max(MAX_EXTERNAL_ID).custom(wellFormed);

export const SUBMIT_QUERY = Joi.object<SubmitQuery>({
  workspace: WORKSPACE_NAME.default(null),
  title: TITLE.default(null),
  externalId: EXTERNAL_ID.default(null),
  format: FORMAT.default(null),
  repairs: PATCH_ID.default(null),
  merge: MERGE.default(null),
  phase: PHASE.default(null),
  flags: FLAG_NAMES.default(null),
  force: Joi.boolean().default(false),
});

interface JsonSubmission extends Omit<SubmittedBody, 'patch'> {
  readonly patch: string | object;
}

const JSON_SUBMISSION = Joi.object<JsonSubmission>({
  patch: Joi.alternatives(Joi.string().custom(wellFormed), Joi.object().unknown(), Joi.array()).required(),
  workspace: WORKSPACE_NAME.allow(null).default(null),
  title: TITLE.allow(null).default(null),
  externalId: EXTERNAL_ID.allow(null).default(null),
  format: FORMAT.allow(null).default(null),
  repairs: PATCH_ID.allow(null).default(null),
  merge: MERGE.allow(null).default(null),
  phase: PHASE.allow(null).default(null),
  flags: FLAG_NAMES.allow(null).default(null),
});

const NOT_SAID = {
  ...{
    workspace: null,
    title: null,
    externalId: null,
    format: null,
    repairs: null,
    merge: null,
    phase: null,
    flags: null,
  },
} as const;

/**
 * Members that every JSON form of a patch has one of, and the JSON around a patch has none of. A block D is told by none:
 * `{"patch": {...}}` is read as JSON around a patch, and what stands under `patch` is a block D as well.
 */
const PATCH_MEMBERS = [
  ...['edits', 'mutations', 'target_file', 'blockId', 'id', 'role', 'type', 'operation', 'meta'],
  ...['metadata', 'version', 'kind'],
];

/** Types of a patch as it is, and the form that each says it has; null where its content tells. */
const RAW_TYPES: ReadonlyMap<string, Format | null> = new Map([
  ['text/x-diff', null],
  ['text/x-patch', null],
  ['text/plain', null],
  ['text/markdown', null],
  ['application/octet-stream', null],
  ['application/mbox', 'mail'],
  ['message/rfc822', 'mail'],
]);

/** The patch itself, as raw bytes or as one of the JSON forms; or JSON around it, with the patch as text or as an object. */
export const submittedBody: BodyReader<SubmittedBody> = (request, raw) => {
  const type = mediaTypeOrOctets(request);
  const format = RAW_TYPES.get(type);
  if (format !== undefined) return { patch: raw, ...NOT_SAID, format };
  if (type !== 'application/json')
    throw fail('content_type_unknown', { got: request.get('content-type') ?? 'none' });
  // As it was sent: what JSON.parse forgives, two members of one name, is for the form's reader to refuse.
  if (isPatchItself(parsedJson(raw))) return { patch: raw, ...NOT_SAID };
  const { patch, ...rest } = jsonBody(JSON_SUBMISSION)(request, raw);
  const text = typeof patch === 'string' ? patch : blockText(patch);
  return { patch: new TextEncoder().encode(text), ...rest };
};

function isPatchItself(body: unknown): boolean {
  if (Array.isArray(body)) return true;
  if (typeof body !== 'object' || body === null) return false;
  return PATCH_MEMBERS.some((name) => Object.hasOwn(body, name));
}

/** What JSON.parse reads in a loop, JSON.stringify writes by recursion; a block is three levels deep. */
function blockText(block: object): string {
  try {
    return JSON.stringify(block);
  } catch {
    throw fail('input_invalid', { where: 'body.patch', problem: 'is nested too deeply' });
  }
}

/** A raw patch is bytes, whatever charset it claims; only JSON is text to us. */
function mediaTypeOrOctets(request: Request): string {
  const claimed = (request.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return RAW_TYPES.has(claimed) ? claimed : mediaTypeOf(request);
}

/** Half of a surrogate pair has no UTF-8; encoding would silently put U+FFFD in its place. */
function wellFormed(text: string, helpers: Joi.CustomHelpers<string>) {
  return text.isWellFormed()
    ? text
    : helpers.message({ custom: 'contains half of a surrogate pair, which no file can hold' });
}

/** What was said in the query and in the body must agree. @throws GhostError input_invalid */
export function agreed<T>(name: string, query: T | null, body: T | null): T | null {
  if (query !== null && body !== null && query !== body)
    throw fail('input_invalid', { where: `body.${name}`, problem: `is not what query.${name} says` });
  return query ?? body;
}

/** 1 to 255 visible ASCII characters, or no header at all. @throws GhostError input_invalid */
export function idempotencyKeyOf(request: Request): string | null {
  const key = request.get('idempotency-key');
  if (key === undefined) return null;
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw fail('input_invalid', {
    where: 'headers.Idempotency-Key',
    problem: 'must be 1 to 255 visible ASCII characters',
  });
}
