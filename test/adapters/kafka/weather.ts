import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { LedgerEvent } from '../../../src/core/ledger/event.ts';
import type { EventPublisher } from '../../../src/ports/event-publisher.ts';
import { pick, seeded } from '../../conformance/random.ts';
import type { FaultyBroker } from '../../world/faulty-broker.ts';
import { firstSeen } from '../../world/topic.ts';
import { events, positionsByKey, publisherTo } from './given.ts';

/** What was done to the network and the broker, and how many calls failed of it. */
export interface Suffered {
  readonly weathers: number;
  readonly kills: number;
  readonly failedCalls: number;
}

interface Storm {
  readonly seed: number;
  readonly events: number;
  /** Kills the broker now and then, and starts it again: seconds each. */
  readonly kills: 'none' | 'some';
}

/**
 * Two publishers tell the same events side by side, as a relay does that has lost its lease and does not know, while a
 * seeded hand changes the network. Asserts that readers saw all of them in order.
 */
export async function publishInWeather(broker: FaultyBroker, storm: Storm): Promise<Suffered> {
  const given = events(storm.events);
  const topic = await broker.topics.make();
  const publishers = [0, 1].map(() => publisherTo(broker.settingsFor(topic)));
  const random = seeded(storm.seed);
  const changing = new AbortController();
  const weather = changeWeather(broker, { random, kills: storm.kills }, changing.signal);
  try {
    const failed = await Promise.all(publishers.map((publisher) => publishAll(publisher, given, random)));
    changing.abort();
    const done = await weather;
    const seen = firstSeen(await broker.topics.read(topic));
    assert.deepEqual(seen, positionsByKey(given), `seed ${storm.seed}`);
    return { ...done, failedCalls: failed.reduce((sum, one) => sum + one, 0) };
  } finally {
    changing.abort();
    await weather;
    await Promise.all(publishers.map((publisher) => publisher.close()));
  }
}

/** Publishes until all is acknowledged, in batches of any size; tells how often something went wrong. */
async function publishAll(
  publisher: EventPublisher,
  given: readonly LedgerEvent[],
  random: () => number,
): Promise<number> {
  let faults = 0;
  for (let at = 0; at < given.length; ) {
    const batch = given.slice(at, at + 1 + Math.floor(random() * 10));
    const answer = await publisher.publish(batch);
    if (answer.kind === 'part') faults += 1;
    at += answer.kind === 'all' ? batch.length : answer.acknowledged;
    // A refused connection fails within the same turn of the loop: the weather has to get its own.
    await pause(5);
  }
  return faults;
}

async function changeWeather(
  broker: FaultyBroker,
  { random, kills }: { readonly random: () => number; readonly kills: Storm['kills'] },
  signal: AbortSignal,
): Promise<Omit<Suffered, 'failedCalls'>> {
  const done = { weathers: 0, kills: 0 };
  const { network } = broker;
  const weathers = [
    () => broker.fail('refused'),
    () => broker.fail('unacknowledged'),
    () => network.weather({ kind: 'slow', delayMs: 10 + Math.floor(random() * 40) }),
    () => network.cutAfter(Math.floor(random() * 3_000)),
    () => void network.reset(),
  ];
  while (!signal.aborted) {
    pick(weathers, random)();
    done.weathers += 1;
    if (kills === 'some' && random() < 0.05) {
      await broker.server.restart();
      done.kills += 1;
    }
    await pause(20 + random() * 150);
    broker.recover();
    await pause(20 + random() * 150);
  }
  broker.recover();
  return done;
}
