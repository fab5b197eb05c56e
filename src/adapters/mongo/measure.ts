import type { Document } from 'mongodb';
import type { Clock } from '../../platform/clock.ts';
import type { Finding, Measured } from '../../ports/dependency.ts';
import type { Mongo } from './connection.ts';
import { greeting } from './greeting.ts';
import { unavailable } from './problems.ts';
import type { ServerTime } from './server-time.ts';

/** From here on no server can be set up to answer majority reads with less. */
const OLDEST = [5, 0] as const;
/** Leases are granted for a few tens of seconds. */
const FAR_OFF_MS = 2_000;
/** A majority confirms within milliseconds; one that is so far behind is about to be none. */
const LAGGING_MS = 10_000;

interface Measuring {
  readonly mongo: Mongo;
  readonly time: ServerTime;
  readonly clock: Clock;
}

/** Asks for what a write would need: the primary, what a majority has, the time. @throws GhostError ledger_unavailable */
export async function measure({ mongo, time, clock }: Measuring): Promise<Measured> {
  const { database, strict, client } = mongo;
  try {
    const askedAt = clock.monotonic();
    const mark = await mongo.meta.findOne({ _id: 'applied' }, strict.read);
    const latencyMs = clock.monotonic() - askedAt;
    const [said, build, behind] = await Promise.all([
      greeting(mongo),
      client.db('admin').command({ buildInfo: 1 }),
      time.behind(),
    ]);
    const facts = factsOf(said, build, behind);
    const details = {
      ...{ database: database.databaseName, replicaSet: facts.replicaSet, members: facts.members },
      ...{ writeConcern: 'majority, journaled', majorityBehindMs: facts.majorityBehindMs },
      ...{
        clockDifferenceMs: Math.round(behind.offsetMs),
        clockUncertaintyMs: Math.round(behind.uncertaintyMs),
      },
      decisions: mark?.n ?? 0,
    };
    return { latencyMs, version: facts.version, details, findings: findingsIn(facts) };
  } catch (error) {
    throw unavailable(error);
  }
}

interface ServerFacts {
  readonly version: string;
  /** Null for a server that stands alone. */
  readonly replicaSet: string | null;
  /** That hold data and may be primary. */
  readonly members: number;
  /** How far a majority is behind the primary; null where it does not say. */
  readonly majorityBehindMs: number | null;
  readonly clock: { readonly offsetMs: number; readonly uncertaintyMs: number };
}

function factsOf(said: Document, build: Document, clock: ServerFacts['clock']): ServerFacts {
  const setName = said.msg === 'isdbgrid' ? 'a sharded cluster' : said.setName;
  const { lastWriteDate, majorityWriteDate } = said.lastWrite ?? {};
  const isKnown = lastWriteDate instanceof Date && majorityWriteDate instanceof Date;
  return {
    version: `${build.version}`,
    replicaSet: typeof setName === 'string' ? setName : null,
    members: Array.isArray(said.hosts) ? said.hosts.length : 1,
    majorityBehindMs: isKnown ? lastWriteDate.getTime() - majorityWriteDate.getTime() : null,
    clock,
  };
}

/** What is weaker than it should be. */
export function findingsIn({
  version,
  replicaSet,
  members,
  majorityBehindMs,
  clock,
}: ServerFacts): readonly Finding[] {
  const findings: Finding[] = [];
  if (isOlder(version)) {
    const expected = `${OLDEST.join('.')} or newer`;
    findings.push({ setting: 'version', got: version, expected, fix: 'upgrade MongoDB' });
  }
  if (replicaSet === null || (members < 3 && replicaSet !== 'a sharded cluster')) {
    findings.push({
      setting: 'replica set',
      got: replicaSet === null ? 'none: the server stands alone' : `${members} members`,
      expected: 'three members or more, so that what is acknowledged outlives one of them',
      fix: 'start mongod with --replSet, rs.initiate() and rs.add() two more, and name all of them in GHOST_LEDGER',
      lasting: true,
    });
  }
  if (majorityBehindMs !== null && majorityBehindMs > LAGGING_MS) {
    findings.push({
      setting: 'majority',
      got: `${majorityBehindMs} ms behind the primary`,
      expected: `at most ${LAGGING_MS} ms`,
      fix: 'look at rs.status() for members that are down or slow, and bring them back',
    });
  }
  const offMs = Math.abs(clock.offsetMs) + clock.uncertaintyMs;
  if (offMs > FAR_OFF_MS) {
    findings.push({
      setting: 'clock',
      got: `${clock.offsetMs} ms between the server's and this machine's, give or take ${Math.round(clock.uncertaintyMs)} ms`,
      expected: `at most ${FAR_OFF_MS} ms`,
      fix: 'synchronise the clocks of both machines, with chrony or systemd-timesyncd',
    });
  }
  return findings;
}

function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}
