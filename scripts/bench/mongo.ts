import { randomUUID } from 'node:crypto';
import { type Db, MongoClient } from 'mongodb';
import { type MongoLedger, openMongoLedger } from '../../src/adapters/mongo/open.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { givenSubmission, givenWorkspace } from '../../test/conformance/given.ts';
import { startMongo } from '../../test/world/servers/mongo.ts';
import { type BenchReport, type Figure, median, quantile, type Tell } from './figure.ts';

const CALLERS = 64;
const RECEIPTS = 1_500;
const WARM_UP = 2_000;
const ROUNDS = 5;
const WRITERS = 3;
const INSERTS_BAR = 0.5;
const TEXT = 'x'.repeat(1_000);
/** As the ledger asks it of each of its writes. */
const STRICT = { writeConcern: { w: 'majority', journal: true }, ordered: false } as const;

/**
 * Receipts a second through the port, on MongoDB, against batched inserts of the same rows into the same server: patches,
 * texts and entries, as many a batch as there are callers, with the same indexes, and nobody who decides anything. The
 * server is the one at GHOST_TEST_MONGODB_URL, or the one that tests use, which says more of that one than of MongoDB:
 * the ratio is what counts.
 */
export async function benchMongo(tell: Tell): Promise<BenchReport> {
  const given = process.env.GHOST_TEST_MONGODB_URL;
  const server = given === undefined ? await startMongo() : null;
  const client = new MongoClient(given ?? server?.url ?? '', { retryWrites: false });
  const place = { client, url: new URL(given ?? server?.url ?? '') };
  try {
    const rounds = await measured(place, tell);
    return reportOf(rounds);
  } finally {
    await client.close();
    await server?.close();
  }
}

interface Place {
  readonly client: MongoClient;
  readonly url: URL;
}

interface Round {
  readonly ours: number;
  readonly inserts: number;
  readonly contended: number;
}

async function measured(place: Place, tell: Tell): Promise<readonly Round[]> {
  const [ours, floor] = [`bench-${randomUUID().slice(0, 8)}`, `floor-${randomUUID().slice(0, 8)}`];
  const writers: MongoLedger[] = [];
  for (let n = 0; n < WRITERS; n++) writers.push(await opened(place, ours));
  const [first] = writers;
  if (first === undefined) throw new RangeError('no writer');
  await first.workspaces.add(givenWorkspace({ name: 'bench' }));
  await (await opened(place, floor)).close();
  const inserts = openInserts(place.client.db(ours), place.client.db(floor));
  try {
    await accept([first], WARM_UP);
    await inserts.copyNew();
    const rounds: Round[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      tell(`mongo: round ${round} of ${ROUNDS}`);
      const alone = await accept([first], RECEIPTS);
      const copied = await inserts.copyNew();
      const contended = await accept(writers, RECEIPTS);
      await inserts.copyNew();
      rounds.push({ ours: alone, inserts: copied, contended });
    }
    return rounds;
  } finally {
    for (const writer of writers) await writer.close();
    for (const name of [ours, floor]) await place.client.db(name).dropDatabase();
  }
}

function opened({ url }: Place, database: string): Promise<MongoLedger> {
  const at = new URL(url);
  at.pathname = `/${database}`;
  return openMongoLedger({ url: at.href, clock: systemClock, installation: 'bench' });
}

/** Receipts a second, with all callers spread over the ledgers. */
async function accept(ledgers: readonly MongoLedger[], receipts: number): Promise<number> {
  let left = receipts;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: CALLERS }, async (_, n) => {
      const { ledger } = ledgers[n % ledgers.length] ?? {};
      while (left-- > 0) {
        await ledger?.accept(givenSubmission({ workspace: 'bench', content: `${TEXT}${randomUUID()}` }));
      }
    }),
  );
  return (receipts / (performance.now() - began)) * 1_000;
}

/** Copies what was accepted since the last time, in batches; gives patches a second. */
function openInserts(from: Db, to: Db) {
  let [seq, position] = [0, 0];
  return {
    async copyNew(): Promise<number> {
      const patches = await from
        .collection('patches')
        .find({ seq: { $gt: seq } })
        .sort({ seq: 1 })
        .toArray();
      const ids = patches.map(({ _id }) => _id);
      const bodies = await from
        .collection('bodies')
        .find({ _id: { $in: ids } })
        .toArray();
      const entries = await from
        .collection<{ _id: number }>('entries')
        .find({ _id: { $gt: position } })
        .toArray();
      seq += patches.length;
      position += entries.length;
      const began = performance.now();
      for (let at = 0; at < patches.length; at += CALLERS) {
        const batch = [
          ['patches', patches],
          ['bodies', bodies],
          ['entries', entries],
        ] as const;
        await Promise.all(
          batch.map(([name, rows]) =>
            to.collection<{ _id: unknown }>(name).insertMany(rows.slice(at, at + CALLERS), STRICT),
          ),
        );
      }
      return (patches.length / (performance.now() - began)) * 1_000;
    },
  };
}

function reportOf(rounds: readonly Round[]): BenchReport {
  const [ours, inserts, contended] = (['ours', 'inserts', 'contended'] as const).map((which) =>
    rounds.map((round) => round[which]),
  );
  const figure = (name: string, got: readonly number[] = [], ratio: number | null): Figure => ({
    ...{ name, unit: 'per s', got: median(got) },
    control: { name: `batched inserts of the same rows, ${CALLERS} a batch`, value: median(inserts ?? []) },
    bar: ratio === null ? null : { kind: 'at least', ratio },
    note: `medians of ${ROUNDS} rounds of ${RECEIPTS} in turn; ${range(got)} and ${range(inserts ?? [])}`,
  });
  return {
    figures: [
      figure(`receipts on MongoDB, ${CALLERS} callers`, ours, INSERTS_BAR),
      figure(
        `receipts on MongoDB, ${CALLERS} callers on ${WRITERS} that decide against each other`,
        contended,
        null,
      ),
    ],
    details: [],
  };
}

function range(values: readonly number[]): string {
  return `${quantile(values, 0).toFixed(0)} to ${quantile(values, 1).toFixed(0)}`;
}
