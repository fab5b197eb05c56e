import type { Request } from 'express';
import Joi from 'joi';
import { chooseWorkspace } from '../../app/choose-workspace.ts';
import { findPatch } from '../../app/find-patch.ts';
import { followEvents } from '../../app/follow-events.ts';
import type { Needs } from '../../app/needs.ts';
import type { LedgerEvent } from '../../core/ledger/event.ts';
import { noBody } from '../body.ts';
import { frameOf } from '../event-stream.ts';
import { NOTHING, validated } from '../middleware/validate.ts';
import { type Route, route } from '../route.ts';
import type { Streams } from '../streams.ts';
import { POSITION, WORKSPACE_NAME } from './shapes.ts';

interface EventsQuery {
  readonly after: number | null;
  readonly patch: string | null;
  readonly workspace: string | null;
}

const QUERY = Joi.object<EventsQuery>({
  after: POSITION.default(null),
  patch: Joi.string().max(100).default(null),
  workspace: WORKSPACE_NAME.default(null),
});

const HEADERS = Joi.object<{ 'Last-Event-ID': number | null }>({ 'Last-Event-ID': POSITION.default(null) });

/** Everything that happens, as it happens: from now on, or from a position. */
export function eventRoutes(needs: Needs, streams: Streams): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/events',
      act: 'follow',
      params: NOTHING,
      query: QUERY,
      body: noBody,
      answer: async ({ query, actor, request }) => {
        const { patch, workspace } = query;
        // A misspelt filter would be a stream that is silent for ever.
        if (patch !== null) await findPatch(needs, patch);
        if (workspace !== null) await chooseWorkspace(needs, workspace);
        const after = lastSeen(request) ?? query.after ?? (await needs.outbox.newest());
        return streams.answer({ actor, request }, (until) =>
          framesOf(followEvents(needs, { after, patch, workspace }, until)),
        );
      },
    }),
  ];
}

/** Goes before `?after=`: a browser that reconnects repeats the address it began with. */
function lastSeen(request: Request): number | null {
  const header = request.get('last-event-id');
  const given = header === undefined ? {} : { 'Last-Event-ID': header };
  return validated(HEADERS, given, 'headers')['Last-Event-ID'];
}

async function* framesOf(events: AsyncIterable<LedgerEvent>): AsyncGenerator<string> {
  for await (const { position, type, at, workspace, subject, actor, data } of events) {
    const told = { position, type, at: new Date(at).toISOString(), workspace, subject, actor, data };
    yield frameOf({ id: position, event: type, data: told });
  }
}
