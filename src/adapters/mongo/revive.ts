import type { MongoClient } from 'mongodb';
import type { Clock } from '../../platform/clock.ts';

/** The driver's own limits for a look at a server are 12 s at most: ten that the server may take, two to connect. */
const HUNG_AFTER_MS = 20_000;
const LOOK_EVERY_MS = 2_000;

/**
 * The driver looks at each server over a connection of its own. Under resets it was seen (7.9.0) to wait for ever on one
 * that was closed: it looks no more, and finds no server for as long as the process lives. A look that has had no end for
 * so long is taken for that, and the client connects anew.
 */
export function reviveHungClient(
  client: MongoClient,
  clock: Pick<Clock, 'monotonic'>,
  hungAfterMs = HUNG_AFTER_MS,
): () => Promise<void> {
  const begun = new Map<string, number>();
  client.on('serverHeartbeatStarted', ({ connectionId }) => begun.set(connectionId, clock.monotonic()));
  client.on('serverHeartbeatSucceeded', ({ connectionId, awaited }) => {
    if (!awaited) begun.delete(connectionId);
  });
  client.on('serverHeartbeatFailed', ({ connectionId }) => begun.delete(connectionId));
  // A name in the URL that is not the member's own is looked at once, and then left out.
  client.on('serverClosed', ({ address }) => begun.delete(address));
  let reviving = Promise.resolve();
  const timer = setInterval(
    () => {
      if (![...begun.values()].some((since) => clock.monotonic() - since > hungAfterMs)) return;
      begun.clear();
      reviving = reviving.then(() => anew(client)).catch(() => undefined);
    },
    Math.min(LOOK_EVERY_MS, hungAfterMs),
  ).unref();
  return () => {
    clearInterval(timer);
    return reviving;
  };
}

async function anew(client: MongoClient): Promise<void> {
  await client.close();
  await client.connect();
}
