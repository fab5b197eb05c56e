/** An event as a client of the stream sees it. */
interface SeenEvent {
  readonly position: number;
  readonly type: string;
  readonly subject: string;
  readonly actor: string;
}

export interface EventReader {
  /** In the order of arrival, over all connections. */
  readonly seen: readonly SeenEvent[];
  /** How often a connection was made. */
  readonly connections: () => number;
  stop(): Promise<void>;
}

const RECONNECT_MS = 50;

/**
 * Follows a gateway's events as a browser does: a connection that ends is made again, with the last id that was seen.
 * The positions before `after` are never asked for.
 */
export function readEvents(at: { url: string; token: string; after: number }): EventReader {
  const stopping = new AbortController();
  const seen: SeenEvent[] = [];
  let connections = 0;
  const connect = async () => {
    const last = seen.at(-1)?.position ?? at.after;
    const response = await fetch(`${at.url}/api/v1/events?after=${at.after}`, {
      headers: { authorization: `Bearer ${at.token}`, 'last-event-id': String(last) },
      signal: stopping.signal,
    });
    if (!response.ok || !response.body) return;
    connections += 1;
    for await (const event of framesOf(response.body)) seen.push(event);
  };
  const run = async () => {
    while (!stopping.signal.aborted) {
      // It fails when the gateway is gone, or when we are.
      await connect().catch(() => undefined);
      if (!stopping.signal.aborted) await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
    }
  };
  const running = run();
  return {
    seen,
    connections: () => connections,
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}

/** Frames as they are complete; one that is cut off by the end of the connection was not seen. */
async function* framesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<SeenEvent> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const frames = text.split('\n\n');
    text = frames.pop() ?? '';
    for (const frame of frames) {
      const id = /^id: (\d+)$/m.exec(frame)?.[1];
      const data = /^data: (.*)$/m.exec(frame)?.[1];
      if (id !== undefined && data !== undefined) yield { ...JSON.parse(data), position: Number(id) };
    }
  }
}
