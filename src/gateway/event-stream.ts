import { once } from 'node:events';
import type { Response } from 'express';

/** How soon a client comes back after a stream ended, told to it at the start. */
const RECONNECT_MS = 2000;
/** A reader that takes nothing for so long is gone or stuck; its buffer is ours to free. */
const STALLED_MS = 30_000;

/** One frame of a stream. A client that comes back tells the last `id` that it saw in Last-Event-ID. */
export function frameOf({ id, event, data }: { id: number | string; event: string; data: unknown }): string {
  // JSON has no raw line end, so one `data:` line holds it.
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Writes a `text/event-stream` (WHATWG HTML, server-sent events). Waits for a slow reader; ends when the frames do. */
export async function sendFrames(
  response: Response,
  frames: AsyncIterable<string>,
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
    for await (const frame of frames) {
      if (!response.write(frame)) await drained(response, options.gone);
    }
  } finally {
    clearInterval(heartbeat);
    response.end();
  }
}

async function drained(response: Response, gone: AbortSignal): Promise<void> {
  const signal = AbortSignal.any([gone, AbortSignal.timeout(STALLED_MS)]);
  await once(response, 'drain', { signal }).catch(() => response.destroy());
}
