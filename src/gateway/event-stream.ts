import { once } from 'node:events';
import type { Response } from 'express';
import type { LedgerEvent } from '../core/ledger/event.ts';

/** How soon a client comes back after a stream ended, told to it at the start. */
const RECONNECT_MS = 2000;
/** A reader that takes nothing for so long is gone or stuck; its buffer is ours to free. */
const STALLED_MS = 30_000;

/**
 * Writes events as `text/event-stream` (WHATWG HTML, server-sent events): `id` is the position, so that a client that
 * comes back with Last-Event-ID misses none. Waits for a slow reader; ends when the events do.
 */
export async function streamEvents(
  response: Response,
  events: AsyncIterable<LedgerEvent>,
  options: { readonly heartbeatMs: number; readonly gone: AbortSignal },
): Promise<void> {
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
    // Or a reverse proxy holds events back until its buffer is full.
    'X-Accel-Buffering': 'no',
  });
  const heartbeat = setInterval(() => {
    if (!response.writableNeedDrain) response.write(': alive\n\n');
  }, options.heartbeatMs);
  try {
    response.write(`retry: ${RECONNECT_MS}\n\n`);
    for await (const event of events) {
      if (!response.write(frame(event))) await drained(response, options.gone);
    }
  } finally {
    clearInterval(heartbeat);
    response.end();
  }
}

function frame({ position, type, at, workspace, subject, actor, data }: LedgerEvent): string {
  const told = { position, type, at: new Date(at).toISOString(), workspace, subject, actor, data };
  // JSON has no raw line end, so one `data:` line holds it.
  return `id: ${position}\nevent: ${type}\ndata: ${JSON.stringify(told)}\n\n`;
}

async function drained(response: Response, gone: AbortSignal): Promise<void> {
  const signal = AbortSignal.any([gone, AbortSignal.timeout(STALLED_MS)]);
  await once(response, 'drain', { signal }).catch(() => response.destroy());
}
