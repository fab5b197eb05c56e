import type { Request } from 'express';
import Joi from 'joi';
import { findPatch } from '../../app/find-patch.ts';
import { followLog, type LogNews } from '../../app/follow-log.ts';
import type { Needs } from '../../app/needs.ts';
import { patchLog } from '../../app/patch-log.ts';
import { LOG_BEGINS, type LogPlace, readPlace, sayPlace } from '../../core/gate/output/log-place.ts';
import type { OutputPart, ReadPart } from '../../ports/outputs.ts';
import { json } from '../answer.ts';
import { noBody } from '../body.ts';
import { frameOf } from '../event-stream.ts';
import { validated } from '../middleware/validate.ts';
import { type Route, route } from '../route.ts';
import type { Streams } from '../streams.ts';
import { PATCH_PARAMS, POSITION } from './shapes.ts';

interface LogQuery {
  readonly check: string | null;
  readonly tail: number | null;
  readonly from: number | null;
  readonly bytes: number | null;
}

const QUERY = Joi.object<LogQuery>({
  check: Joi.string().max(200).default(null),
  tail: POSITION.default(null),
  from: POSITION.default(null),
  bytes: POSITION.default(null),
}).oxor('tail', 'from', { isPresent: (value: unknown) => value !== null && value !== undefined });

const PLACE = Joi.string()
  .max(2000)
  .custom(
    (text: string, helpers) => readPlace(text) ?? helpers.message({ custom: 'must be the id of an event' }),
  );
const STREAM_QUERY = Joi.object<{ after: LogPlace | null }>({ after: PLACE.default(null) });
const HEADERS = Joi.object<{ 'Last-Event-ID': LogPlace | null }>({ 'Last-Event-ID': PLACE.default(null) });

/** What the checks of a patch printed, and what they print. */
export function logRoutes(needs: Needs, streams: Streams): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/patches/:id/log',
      act: 'read',
      params: PATCH_PARAMS,
      query: QUERY,
      body: noBody,
      answer: async ({ params: { id }, query }) => {
        const { checks, open } = await patchLog(needs, id, { check: query.check, part: partOf(query) });
        return json({
          checks: checks.map((one) => ({ ...one, ...told(one.output) })),
          open: open.map((one) => ({ ...one, startedAt: inUtc(one.startedAt), ...told(one.output) })),
        });
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/patches/:id/log/stream',
      act: 'read',
      params: PATCH_PARAMS,
      query: STREAM_QUERY,
      body: noBody,
      answer: async ({ params: { id }, query, actor, request }) => {
        await findPatch(needs, id);
        const place = lastSeen(request) ?? query.after ?? LOG_BEGINS;
        return streams.answer({ actor, request }, (until) =>
          framesOf(followLog(needs, { id, place }, until)),
        );
      },
    }),
  ];
}

function partOf({ tail, from, bytes }: LogQuery): OutputPart | null {
  if (tail !== null) return { kind: 'last', bytes: tail };
  if (from === null && bytes === null) return null;
  return { kind: 'range', from: from ?? 0, bytes: bytes ?? Number.MAX_SAFE_INTEGER };
}

/** For reading; the exact bytes are in the stream, and in the evidence by their digest. */
function told(output: ReadPart | null) {
  if (output === null) return { output: null, from: null, total: null };
  return { output: new TextDecoder().decode(output.bytes), from: output.from, total: output.total };
}

/** Goes before `?after=`: a browser that reconnects repeats the address it began with. */
function lastSeen(request: Request): LogPlace | null {
  const header = request.get('last-event-id');
  const given = header === undefined ? {} : { 'Last-Event-ID': header };
  return validated(HEADERS, given, 'headers')['Last-Event-ID'];
}

async function* framesOf(log: AsyncIterable<LogNews>): AsyncGenerator<string> {
  for await (const news of log) yield frameOf({ id: sayPlace(news.place), ...eventOf(news) });
}

function eventOf(news: LogNews): { event: string; data: object } {
  switch (news.kind) {
    case 'begun': {
      const { number, check, source, tree, token, startedAt } = news.run;
      return { event: 'begun', data: { run: number, check, source, tree, token, at: inUtc(startedAt) } };
    }
    case 'piece': {
      const { kind, from } = news.piece;
      if (kind !== 'printed') return { event: kind, data: { run: news.run, from, bytes: news.piece.bytes } };
      const at = news.piece.at === null ? null : inUtc(news.piece.at);
      return { event: 'printed', data: { run: news.run, from, at, ...textOf(news.piece.bytes) } };
    }
    case 'ended':
      return { event: 'ended', data: { run: news.run, ending: news.ending } };
    case 'current':
      return { event: 'current', data: {} };
    case 'over':
      return { event: 'over', data: { state: news.state, elsewhere: news.elsewhere } };
  }
}

/** As text where it is UTF-8, so that people can read the stream. */
function textOf(bytes: Uint8Array): { text: string } | { base64: string } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { base64: Buffer.from(bytes).toString('base64') };
  }
}

function inUtc(at: number): string {
  return new Date(at).toISOString();
}
