import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { seeded } from '../../../test/conformance/random.ts';
import type { Installation } from '../../../test/world/installation.ts';
import { authorToken } from '../../../test/world/service.ts';
import { Authors } from './authors.ts';
import { type Fleet, startFleet } from './fleet.ts';
import { type Killer, startKiller } from './killer.ts';
import { build, openInstallation } from './place.ts';
import { openReceipts, type Receipts } from './receipts.ts';
import type { EnduranceReport } from './report.ts';
import { comeToRest, shorter } from './rest.ts';
import { verifyAll } from './verify.ts';
import { type Watch, watchCourse } from './watch.ts';

export interface EnduranceOptions {
  readonly patches: number;
  readonly seed: number;
  readonly workspaces: number;
  readonly runners: number;
  readonly gateways: number;
  readonly leaseTtlMs: number;
  /** On average, from one kill to the next. */
  readonly killEveryMs: number;
  readonly tell: (text: string) => void;
  /** No new patches and no more kills; what was acknowledged is finished and verified. */
  readonly signal: AbortSignal;
  /** Told how to end everything at once. */
  readonly onStarted: (fleet: Pick<Fleet, 'kill'>) => void;
}

/** A soak of many hours ends before its author's token does. */
const VALID_FOR_MS = 7 * 24 * 3_600_000;
const TELL_EVERY_MS = 5_000;
/** Patches in each line, on average: enough that no lane ever waits for an author. */
const DEPTH = 12;

/** Runs a whole installation while its processes are killed, lets it come to rest, and verifies everything. */
export async function endure(options: EnduranceOptions): Promise<EnduranceReport> {
  const folder = mkdtempSync(join(tmpdir(), 'ghost-endurance-'));
  const built = build(folder);
  const installation = await openInstallation(folder, options);
  const receipts = openReceipts(folder);
  try {
    const report = await run(options, { folder, built, installation, receipts });
    if (report.violations.length === 0) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    return { ...report, keptIn: report.violations.length === 0 ? null : folder };
  } finally {
    receipts.close();
    await installation.close();
  }
}

interface Place {
  readonly folder: string;
  readonly built: string;
  readonly installation: Installation;
  readonly receipts: Receipts;
}

async function run(options: EnduranceOptions, place: Place): Promise<Omit<EnduranceReport, 'keptIn'>> {
  const { installation, receipts, folder } = place;
  const { seed, patches, workspaces, leaseTtlMs, tell, signal } = options;
  const token = await authorToken(installation, VALID_FOR_MS);
  const watch = watchCourse(installation);
  const fleet = await startFleet({ ...place, ...options });
  options.onStarted(fleet);
  const began = performance.now();
  const everyMs = options.killEveryMs;
  const killer = startKiller({ fleet, folder, random: seeded(seed), everyMs, leaseTtlMs });
  const authors = new Authors({
    ...{ patches, seed, workspaces, authors: workspaces, token, receipts, signal },
    urls: () => fleet.gateways(),
    room: () => shorter(watch, workspaces * DEPTH, signal),
  });
  const memory = { own: 0, others: 0 };
  const over = new AbortController();
  const telling = tellAll({ tell, watch, authors, killer, fleet, memory, began }, over.signal);
  await authors.ended;
  await killer.stop();
  const stuck = await comeToRest(installation, watch);
  const durationMs = performance.now() - began;
  over.abort();
  await telling;
  const restarts = fleet.restarts();
  await fleet.stop();
  await watch.stop();
  const { problems, litter } = await verifyAll(installation, { folder, workspaces, receipts, tell });
  const { problems: answered, ...submitted } = authors.report();
  return {
    ...{ seed, patches, workspaces, leaseTtlMs, killEveryMs: everyMs, durationMs, restarts, memory, litter },
    ...{ runners: options.runners, gateways: options.gateways },
    ended: signal.aborted ? 'broken off' : 'all submitted',
    authors: submitted,
    course: watch.course(),
    kills: killer.counts(),
    violations: [...stuck, ...answered, ...problems],
  };
}

interface Told {
  readonly tell: (text: string) => void;
  readonly watch: Watch;
  readonly authors: Authors;
  readonly killer: Killer;
  readonly fleet: Fleet;
  readonly memory: { own: number; others: number };
  readonly began: number;
}

async function tellAll(told: Told, signal: AbortSignal): Promise<void> {
  for (let before = 0; !signal.aborted; ) {
    await after(TELL_EVERY_MS, undefined, { signal }).catch(() => undefined);
    const { watch, fleet, memory } = told;
    const { accepted, landed, takeovers } = watch.course();
    const over = accepted - watch.unfinished();
    const kills = Object.values(told.killer.counts()).reduce((sum, count) => sum + count, 0);
    const pids = (['runner', 'gateway', 'relay'] as const).flatMap((one) => fleet.running(one));
    const own = process.memoryUsage.rss();
    memory.own = Math.max(memory.own, own);
    memory.others = Math.max(memory.others, ...pids.map(residentBytes));
    const seconds = (performance.now() - told.began) / 1000;
    told.tell(
      `${seconds.toFixed(0)} s: ${told.authors.report().acknowledged} acknowledged, ${over} over, ${landed} landed; ${((over - before) / (TELL_EVERY_MS / 1000)).toFixed(1)} per s; ${kills} kills, ${fleet.restarts()} restarts, ${takeovers} takeovers; ${(own / 1e6).toFixed(0)} MB here`,
    );
    before = over;
  }
}

function residentBytes(pid: number): number {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}
