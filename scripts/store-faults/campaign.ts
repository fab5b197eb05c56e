import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { seeded } from '../../test/conformance/random.ts';
import type { Installation } from '../../test/world/installation.ts';
import { type ProductionRung, startProductionRung } from '../../test/world/production-rung.ts';
import { authorToken } from '../../test/world/service.ts';
import { Authors } from '../soak/endurance/authors.ts';
import { type Fleet, startFleet } from '../soak/endurance/fleet.ts';
import { build, openInstallation } from '../soak/endurance/place.ts';
import { openReceipts, type Receipts } from '../soak/endurance/receipts.ts';
import { comeToRest, shorter } from '../soak/endurance/rest.ts';
import { verifyAll } from '../soak/endurance/verify.ts';
import { type Course, type Watch, watchCourse } from '../soak/endurance/watch.ts';
import { ONE_KILL_OF_EACH } from './fault.ts';
import { Storm } from './storm.ts';
import { topicProblems } from './topic-problems.ts';

export interface CampaignOptions {
  readonly seed: number;
  readonly workspaces: number;
  /** `kills`: so many patches, and one kill of each kind in their course. `random`: as many patches as it takes for so many faults. */
  readonly course:
    | { readonly kind: 'kills'; readonly patches: number }
    | { readonly kind: 'random'; readonly faults: number; readonly everyMs: number };
  readonly leaseTtlMs: number;
  readonly tell: (text: string) => void;
  /** No more patches and no more faults; what was acknowledged is finished and judged. */
  readonly signal: AbortSignal;
  readonly onStarted: (fleet: Pick<Fleet, 'kill'>) => void;
  /** Told when all is at rest and judged, before the stores are gone. */
  readonly onJudged?: (installation: Installation, folder: string) => Promise<void>;
}

export interface CampaignReport {
  readonly seed: number;
  readonly workspaces: number;
  readonly durationMs: number;
  readonly acknowledged: number;
  readonly course: Course;
  readonly faults: Readonly<Record<string, number>>;
  readonly total: number;
  readonly restarts: number;
  readonly violations: readonly string[];
  readonly keptIn: string | null;
}

const RUNNERS = 3;
const GATEWAYS = 2;
/** Workspaces that one runner has in hand: three of them have to share. */
const SLOTS = 4;
/** Patches in each line, on average. */
const DEPTH = 4;
const TELL_EVERY_MS = 5_000;
const LOOK_EVERY_MS = 20;
const LONGEST_BREATH_MS = 60_000;

/** Runs the production rung as processes while its stores, its networks and its processes fail, and judges it at rest. */
export async function campaign(options: CampaignOptions): Promise<CampaignReport> {
  const folder = mkdtempSync(join(tmpdir(), 'ghost-stores-'));
  const rung = await startProductionRung();
  const { workspaces, leaseTtlMs } = options;
  const settings = { ...rung.direct, GHOST_SLOTS: `${SLOTS}` };
  const installation = await openInstallation(folder, { workspaces, leaseTtlMs, settings });
  const receipts = openReceipts(folder);
  try {
    const report = await run(options, { folder, rung, installation, receipts });
    const isKept = report.violations.length > 0;
    if (!isKept) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    return { ...report, keptIn: isKept ? folder : null };
  } finally {
    receipts.close();
    await installation.close();
    await rung.close();
  }
}

interface Place {
  readonly folder: string;
  readonly rung: ProductionRung;
  readonly installation: Installation;
  readonly receipts: Receipts;
}

async function run(options: CampaignOptions, place: Place): Promise<Omit<CampaignReport, 'keptIn'>> {
  const { seed, workspaces, leaseTtlMs, signal, tell, course } = options;
  const { folder, rung, installation, receipts } = place;
  const watch = watchCourse(installation);
  const throughNetworks = { ...installation, settings: { ...installation.settings, ...rung.settings } };
  const fleet = await startFleet({
    ...{ installation: throughNetworks, built: build(folder), health: 'measured' },
    ...{ runners: RUNNERS, gateways: GATEWAYS },
  });
  options.onStarted(fleet);
  const began = performance.now();
  const enough = new AbortController();
  const authors = new Authors({
    ...{ seed, workspaces, authors: workspaces, token: await authorToken(installation), receipts },
    patches: course.kind === 'kills' ? course.patches : Number.MAX_SAFE_INTEGER,
    urls: () => fleet.gateways(),
    room: () => shorter(watch, workspaces * DEPTH, enough.signal),
    signal: AbortSignal.any([signal, enough.signal]),
  });
  const storm = new Storm({ fleet, rung, random: seeded(seed), leaseTtlMs });
  const telling = tellAll({ tell, watch, authors, storm, began }, enough.signal);
  if (course.kind === 'random') {
    await storm.rage({ ...course, signal, breath: () => lineMoves(watch, signal) });
    enough.abort();
  } else await killEach(storm, () => authors.report().acknowledged, { ...course, signal });
  await storm.calm();
  await authors.ended;
  const stuck = await comeToRest(installation, watch, ['audit-log', 'summaries', 'publisher']);
  const durationMs = performance.now() - began;
  enough.abort();
  await telling;
  const untold = await topicProblems(installation.needs.outbox, rung);
  const restarts = fleet.restarts();
  await fleet.stop();
  await watch.stop();
  const { problems } = await verifyAll(installation, { folder, workspaces, receipts, tell });
  const { acknowledged, problems: answered } = authors.report();
  await options.onJudged?.(installation, folder);
  return {
    ...{ seed, workspaces, durationMs, acknowledged, restarts, course: watch.course() },
    ...{ faults: storm.counts(), total: storm.total() },
    violations: [...stuck, ...answered, ...problems, ...untold],
  };
}

/** Some patch comes to its end; or none does for so long that what stands still is seen at rest. */
async function lineMoves(watch: Watch, signal: AbortSignal): Promise<void> {
  const over = () => watch.course().accepted - watch.unfinished();
  const [before, deadline] = [over(), performance.now() + LONGEST_BREATH_MS];
  while (over() === before && performance.now() < deadline && !signal.aborted) await after(LOOK_EVERY_MS);
}

/** Each where as many patches are in as its place in the row says. */
async function killEach(
  storm: Storm,
  acknowledged: () => number,
  { patches, signal }: { readonly patches: number; readonly signal: AbortSignal },
): Promise<void> {
  const over: Promise<void>[] = [];
  for (const [nth, fault] of ONE_KILL_OF_EACH.entries()) {
    const due = Math.floor((patches * (nth + 1)) / (ONE_KILL_OF_EACH.length + 2));
    while (acknowledged() < due && !signal.aborted) await after(LOOK_EVERY_MS);
    over.push(storm.begin(fault));
  }
  await Promise.all(over);
}

interface Told {
  readonly tell: (text: string) => void;
  readonly watch: Watch;
  readonly authors: Authors;
  readonly storm: Storm;
  readonly began: number;
}

async function tellAll({ tell, watch, authors, storm, began }: Told, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await after(TELL_EVERY_MS, undefined, { signal }).catch(() => undefined);
    const { landed, takeovers } = watch.course();
    const seconds = (performance.now() - began) / 1000;
    tell(
      `${seconds.toFixed(0)} s: ${authors.report().acknowledged} acknowledged, ${landed} landed, ${watch.unfinished()} under way; ${storm.total()} faults, ${takeovers} takeovers`,
    );
  }
}
