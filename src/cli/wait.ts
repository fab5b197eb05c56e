import type { PatchView } from '../app/views.ts';
import { EXIT, type ExitCode, GhostError } from '../core/errors.ts';
import type { LedgerEvent } from '../core/ledger/event.ts';
import type { StateName } from '../core/patch/patch.ts';
import type { Clock } from '../platform/clock.ts';
import { sayDuration } from '../platform/duration.ts';
import type { Client } from './client.ts';
import { sayWorktree } from './patch-text.ts';
import type { Print } from './print.ts';

const EXITS: Readonly<Record<StateName, ExitCode>> = {
  queued: EXIT.pending,
  held: EXIT.held,
  checking: EXIT.pending,
  landing: EXIT.pending,
  landed: EXIT.ok,
  rejected: EXIT.rejected,
  failed: EXIT.failed,
  cancelled: EXIT.cancelled,
};

/** The exit code that says where a patch stands. */
export function exitOf(view: Pick<PatchView, 'state'>): ExitCode {
  return EXITS[view.state];
}

/** Events after which waiting is over: a landing is told whole once the work tree is known; a held patch needs a person. */
const LAST: ReadonlySet<string> = new Set([
  'patch.followed',
  'patch.rejected',
  'patch.failed',
  'patch.cancelled',
  'patch.held',
]);

export const RECONNECT_MS = 500;
/** A service that restarts is back within seconds; one that is away longer needs a person. */
export const AWAY_LIMIT_MS = 60_000;

export interface Waiting {
  readonly client: Client;
  readonly print: Print;
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** What landed is told to be followed by a remote, and not by a work tree. */
  readonly hasFollower: boolean;
}

/**
 * Follows patches, one after the other, until each is over or held, or the time for all of them is up, and answers with
 * how they stand then. A stream that breaks is resumed after the last event seen.
 * @throws GhostError service_unreachable, when the service stays away
 */
export async function waitForEnds(ids: readonly string[], waiting: Waiting): Promise<readonly PatchView[]> {
  const { client, print, timeoutMs } = waiting;
  const limit = AbortSignal.timeout(timeoutMs);
  const views: PatchView[] = [];
  let told = false;
  for (const id of ids) {
    if (ids.length > 1 && !limit.aborted) print.note(id);
    const isOver = await waitForEnd(id, { ...waiting, limit });
    if (!isOver && !told) print.note(`stopped waiting after ${sayDuration(timeoutMs)}`);
    told ||= !isOver;
    views.push(await client.get(`/api/v1/patches/${id}`));
  }
  return views;
}

/** False when the time is up before. */
async function waitForEnd(id: string, waiting: Waiting & { readonly limit: AbortSignal }): Promise<boolean> {
  const progress: Progress = { after: 0, awaySince: null };
  while (!waiting.limit.aborted) {
    if (await follow(id, { ...waiting, progress })) return true;
    await waiting.clock.sleep(RECONNECT_MS, waiting.limit);
  }
  return false;
}

interface Progress {
  /** Position of the last event seen. */
  after: number;
  /** Monotonic time since when the service does not answer. */
  awaySince: number | null;
}

interface Following extends Waiting {
  readonly progress: Progress;
  readonly limit: AbortSignal;
}

/** Tells what one stream brings; true when the last event came, false when the stream broke before. */
async function follow(id: string, following: Following): Promise<boolean> {
  const { client, print, clock, progress, limit, hasFollower } = following;
  try {
    for await (const event of client.events({ patch: id, after: progress.after }, limit)) {
      progress.after = event.position;
      progress.awaySince = null;
      print.note(sayEvent(event, hasFollower));
      if (LAST.has(event.type)) return true;
    }
  } catch (error) {
    if (limit.aborted) return false;
    if (!isAway(error)) throw error;
    progress.awaySince ??= sayAway(print, clock);
    if (clock.monotonic() - progress.awaySince > AWAY_LIMIT_MS) throw error;
  }
  return false;
}

export function sayAway(print: Print, clock: Clock): number {
  print.note('the service does not answer; still trying');
  return clock.monotonic();
}

/** A broken connection shows as a TypeError (fetch) or an error with a code of the socket. */
export function isAway(error: unknown): boolean {
  if (error instanceof GhostError) return error.retry === 'later';
  return error instanceof Error && !(error instanceof SyntaxError);
}

function sayEvent({ type, at, data }: LedgerEvent, hasFollower: boolean): string {
  const time = new Date(at).toISOString().slice(11, 19);
  return `${time} ${type.replace('patch.', '')}${sayFacts(type, data, hasFollower)}`;
}

function sayFacts(type: string, data: unknown, hasFollower: boolean): string {
  const facts: Readonly<Record<string, unknown>> = Object(data);
  switch (type) {
    case 'patch.deferred':
    case 'patch.retried':
      return `: runs at ${new Date(Number(facts.notBefore)).toISOString().slice(11, 19)} UTC`;
    case 'patch.claimed':
      return ` on ${String(facts.base).slice(0, 12)}`;
    case 'patch.checked':
      return `: ${sayVerdicts(facts.verdicts)}`;
    case 'patch.intended':
    case 'patch.landed':
      return ` as ${String(facts.commit).slice(0, 12)}`;
    case 'patch.held':
    case 'patch.rejected':
    case 'patch.failed':
      return `: ${facts.reason}`;
    case 'patch.followed':
      return `: the ${hasFollower ? 'remote' : 'work tree'} is ${sayWorktree(String(facts.worktree), hasFollower)}`;
    default:
      return '';
  }
}

function sayVerdicts(verdicts: unknown): string {
  if (!Array.isArray(verdicts)) return 'verdicts are in `ghost log`';
  return verdicts
    .map(({ check, verdict, durationMs }) => `${check} ${verdict} (${durationMs} ms)`)
    .join(', ');
}
