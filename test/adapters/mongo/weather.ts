import { randomUUID } from 'node:crypto';
import { PATIENCE } from '../../../src/adapters/mongo/connection.ts';
import { type MongoLedger, openMongoLedger } from '../../../src/adapters/mongo/open.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { givenWorkspace } from '../../conformance/given.ts';
import { seeded } from '../../conformance/random.ts';
import { eventually } from '../../world/processes.ts';
import { startProxy } from '../../world/proxy.ts';
import type { TestServer } from '../../world/servers/server.ts';
import { assertNothingLost, inBadWeather, submitUntilAnswered } from './storm.ts';

/** So that what has no answer is found out while it runs. */
const SHORT = { connectMs: 1_000, answerMs: 1_000, fateMs: 2_500 };
/** Between two kills. */
const WRITTEN = 8;

export interface Storm {
  readonly seed: number;
  readonly callers: number;
  /** Texts that each of them submits. */
  readonly texts: number;
  /** Ledgers behind a network of their own that fails; one more has a fair one. */
  readonly shaken: number;
  readonly kills: number;
}

export interface Weathered {
  readonly faults: number;
  readonly kills: number;
  /** How often a call on a ledger was answered so. */
  readonly answers: Readonly<Record<string, number>>;
}

/**
 * Callers on several ledgers of one database while networks fail and the server dies. @throws AssertionError where
 * anything that was answered is not so
 */
export async function weather(server: TestServer, storm: Storm): Promise<Weathered> {
  const url = new URL(server.url);
  url.pathname = `/storm-${randomUUID().slice(0, 8)}`;
  const proxies = await Promise.all(Array.from({ length: storm.shaken }, () => startProxy(server.port)));
  // First the patient one: a server that just started is slow.
  const fair = await opened(url, PATIENCE);
  const ledgers = [fair];
  try {
    await fair.workspaces.add(givenWorkspace({ name: 'main' }));
    for (const { port } of proxies) {
      const there = new URL(url);
      there.port = `${port}`;
      ledgers.push(await opened(there, SHORT));
    }
    const work = submissions(ledgers, storm);
    const faults = proxies.map((proxy, at) => inBadWeather(proxy, seeded(storm.seed * 10 + at), work));
    const killed = killing(server, fair, { kills: storm.kills, work });
    const [told, kills, ...counts] = await Promise.all([work, killed, ...faults]);
    await assertNothingLost(fair, told);
    return { faults: counts.reduce((sum, count) => sum + count, 0), kills, answers: answersIn(told) };
  } finally {
    for (const ledger of ledgers) await ledger.close();
    for (const proxy of proxies) await proxy.close();
  }
}

function opened(url: URL, patience: typeof PATIENCE): Promise<MongoLedger> {
  const installation = 'storm';
  return openMongoLedger({ url: url.href, clock: systemClock, installation, leaseTime: 'clock', patience });
}

type Told = Awaited<ReturnType<typeof submitUntilAnswered>>;

/** Callers who each submit one text after the other on one of the ledgers. */
async function submissions(ledgers: readonly MongoLedger[], { seed, callers, texts }: Storm) {
  const random = seeded(seed);
  const caller = async (n: number) => {
    const told: Told[] = [];
    const ledger = ledgers[n % ledgers.length];
    if (ledger === undefined) throw new RangeError('no ledger');
    for (let at = 0; at < texts; at++)
      told.push(await submitUntilAnswered(ledger, 'main', `key-${n}-${at}`, random));
    return told;
  };
  return (await Promise.all(Array.from({ length: callers }, (_, n) => caller(n)))).flat();
}

/** Kills the server and starts it again whenever some more was written, as long as there is work. */
async function killing(
  server: TestServer,
  { outbox }: MongoLedger,
  { kills, work }: { readonly kills: number; readonly work: Promise<unknown> },
): Promise<number> {
  let isOver = false;
  work
    .finally(() => {
      isOver = true;
    })
    .catch(() => undefined);
  for (let kill = 1; kill <= kills; kill++) {
    await eventually('more was written', async () => {
      return isOver || (await outbox.newest().catch(() => 0)) > kill * WRITTEN;
    });
    if (isOver) return kill - 1;
    await server.restart();
  }
  return kills;
}

function answersIn(told: readonly Told[]): Readonly<Record<string, number>> {
  const all = told.flatMap(({ answers, entry, cancelled }) => [
    ...answers,
    entry,
    ...(cancelled ? [cancelled] : []),
  ]);
  return Object.fromEntries(
    [...Map.groupBy(all, (answer) => answer)].map(([answer, { length }]) => [answer, length]),
  );
}
