import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { publicStatus, readStatus } from '../../src/app/read-status.ts';
import type { LedgerEvent } from '../../src/core/ledger/event.ts';
import type { Outbox } from '../../src/ports/chain.ts';
import { givenWorkspace } from '../conformance/given.ts';
import { creating } from '../world/diffs.ts';
import { type FaultyBroker, startFaultyBroker } from '../world/faulty-broker.ts';
import { installationSettings } from '../world/installation.ts';
import { lineFor, stateOf } from '../world/line.ts';
import { type Child, eventually, startProcess } from '../world/processes.ts';
import { KAFKA_MISSING } from '../world/servers/kafka.ts';
import { stopped } from '../world/service.ts';
import { firstSeen } from '../world/topic.ts';

/** About what an hour of a patch every ten seconds tells. */
const BACKLOG = 1_000;
/** A relay that failed for long looks again within ten seconds; this is for machines that are busy. */
const PATIENCE_MS = 90_000;
const WORKSPACES = ['app', 'lib', 'docs'];

describe('Ghost without its Kafka', { skip: KAFKA_MISSING, timeout: 300_000 }, () => {
  let broker: FaultyBroker;
  before(async () => {
    broker = await startFaultyBroker();
  });
  after(() => broker.close());

  it('accepts and lands, says what is wrong and since when, and tells everything in order once it is back', async (t) => {
    const topic = await broker.topics.make();
    const { brokers } = broker.settingsFor(topic);
    const settings = {
      ...installationSettings(),
      GHOST_KAFKA_BROKERS: brokers.join(),
      GHOST_KAFKA_TOPIC: topic,
    };
    const line = await lineFor(t, { settings });
    const { needs } = line.installation;
    let relay: Child = startProcess('src/main/relay.ts', settings);
    t.after(() => relay.process.kill('SIGKILL'));
    const published = () => isPublished(needs.outbox);
    await eventually('what happened so far is published', published, PATIENCE_MS);

    await broker.server.kill();
    for (const name of ['one.txt', 'two.txt']) {
      const { patch } = await line.submit(creating(name));
      await line.next();
      await stateOf(line, patch.id, 'landed');
    }
    const told = await eventually(
      'the relay says so',
      async () => {
        const { components } = await readStatus(needs);
        return components.find(({ component, health }) => component === 'relay' && health === 'degraded');
      },
      PATIENCE_MS,
    );
    assert.match(`${told.problem}`, /^events are not published since \d{4}-\S+Z: \S/);
    assert.equal(publicStatus(await readStatus(needs)).health, 'degraded');

    for (const name of WORKSPACES)
      await needs.workspaces.add(givenWorkspace({ name, gitDir: `/srv/${name}` }));
    await happen(BACKLOG, (chain, n) =>
      needs.chains.append({
        ...{ chain, at: n, actor: 'ada', type: 'lease.taken', subject: chain },
        data: n,
      }),
    );
    await broker.server.restart();
    const before = await needs.outbox.cursor('publisher');
    await eventually(
      'it comes forward',
      async () => (await needs.outbox.cursor('publisher')) > before,
      PATIENCE_MS,
    );
    relay.process.kill('SIGKILL');
    await relay.ended;
    relay = startProcess('src/main/relay.ts', settings);
    await eventually('all is published', published, PATIENCE_MS);
    const records = await broker.topics.read(topic);
    assert.deepEqual(firstSeen(records), positionsByKey(await needs.outbox.after(0, 100_000)));
    await eventually(
      'the relay is well again',
      async () => {
        const { components } = await readStatus(needs);
        return components.some(({ component, health }) => component === 'relay' && health === 'healthy');
      },
      PATIENCE_MS,
    );
    await stopped(relay);
  });
});

async function isPublished(outbox: Outbox): Promise<boolean> {
  return (await outbox.cursor('publisher')) === (await outbox.newest());
}

/** In turn on each workspace. */
async function happen(times: number, append: (chain: string, n: number) => Promise<unknown>): Promise<void> {
  for (let n = 0; n < times; n += 500)
    await Promise.all(
      Array.from({ length: 500 }, (_, more) =>
        append(WORKSPACES[(n + more) % WORKSPACES.length] ?? '', n + more),
      ),
    );
}

function positionsByKey(events: readonly LedgerEvent[]): ReadonlyMap<string, readonly number[]> {
  const byKey = Map.groupBy(events, ({ workspace }) => workspace ?? 'system');
  return new Map([...byKey].map(([key, theirs]) => [key, theirs.map(({ position }) => position)]));
}
