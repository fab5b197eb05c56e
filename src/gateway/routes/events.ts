import type { Request, Response } from 'express';
import Joi from 'joi';
import { chooseWorkspace } from '../../app/choose-workspace.ts';
import { findPatch } from '../../app/find-patch.ts';
import { followEvents } from '../../app/follow-events.ts';
import type { Needs } from '../../app/needs.ts';
import { closingSignal } from '../../platform/http-server.ts';
import { noBody } from '../body.ts';
import { streamEvents } from '../event-stream.ts';
import { NOTHING, validated } from '../middleware/validate.ts';
import { OpenStreams } from '../open-streams.ts';
import { type Route, route } from '../route.ts';
import type { GatewaySettings } from '../settings.ts';
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

type StreamSettings = Pick<GatewaySettings, 'streamHeartbeatMs' | 'streamLimitMs' | 'streamsPerClient'>;

/** Everything that happens, as it happens: from now on, or from a position. */
export function eventRoutes(needs: Needs, settings: StreamSettings): readonly Route[] {
  const streams = new OpenStreams(settings.streamsPerClient, settings.streamLimitMs);
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
        return {
          kind: 'stream',
          run: async (response) => {
            const giveBack = streams.take(actor);
            try {
              await follow(needs, { after, patch, workspace }, { request, response, settings });
            } finally {
              giveBack();
            }
          },
        };
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

async function follow(
  needs: Needs,
  filter: Parameters<typeof followEvents>[1],
  { request, response, settings }: { request: Request; response: Response; settings: StreamSettings },
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  if (request.method === 'HEAD') gone.abort();
  const limit = AbortSignal.timeout(settings.streamLimitMs);
  const until = AbortSignal.any([gone.signal, closingSignal(request), limit]);
  await streamEvents(response, followEvents(needs, filter, until), {
    heartbeatMs: settings.streamHeartbeatMs,
    gone: gone.signal,
  });
}
