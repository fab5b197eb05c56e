import type { Request } from 'express';
import { closingSignal } from '../platform/http-server.ts';
import type { Answer } from './answer.ts';
import { sendFrames } from './event-stream.ts';
import { OpenStreams } from './open-streams.ts';
import type { GatewaySettings } from './settings.ts';

type StreamSettings = Pick<GatewaySettings, 'streamHeartbeatMs' | 'streamLimitMs' | 'streamsPerClient'>;

/** Answers that go on: each has a place among those that its client may have open, of whatever kind, and ends with the client or with us. */
export class Streams {
  readonly #settings: StreamSettings;
  readonly #open: OpenStreams;

  constructor(settings: StreamSettings) {
    this.#settings = settings;
    this.#open = new OpenStreams(settings.streamsPerClient, settings.streamLimitMs);
  }

  /** @param frames of an event stream, until the signal aborts */
  answer(
    { actor, request }: { readonly actor: string; readonly request: Request },
    frames: (until: AbortSignal) => AsyncIterable<string>,
  ): Answer {
    return {
      kind: 'stream',
      run: async (response) => {
        const giveBack = this.#open.take(actor);
        try {
          const gone = new AbortController();
          response.once('close', () => gone.abort());
          if (request.method === 'HEAD') gone.abort();
          const limit = AbortSignal.timeout(this.#settings.streamLimitMs);
          const until = AbortSignal.any([gone.signal, closingSignal(request), limit]);
          const heartbeatMs = this.#settings.streamHeartbeatMs;
          await sendFrames(response, frames(until), { heartbeatMs, gone: gone.signal });
        } finally {
          giveBack();
        }
      },
    };
  }
}
