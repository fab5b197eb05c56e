import { type LogPlace, movedTo } from '../core/gate/output/log-place.ts';
import { isOver, type Patch } from '../core/patch/patch.ts';
import type { LoggedRun, Piece } from '../ports/run-logs.ts';
import { findPatch } from './find-patch.ts';
import type { Needs } from './needs.ts';
import { whoRan } from './verify/who-ran.ts';

export type LogNeeds = Pick<Needs, 'ledger' | 'chains' | 'runLogs' | 'wakeUps' | 'clock'>;

/** `place` is where a reader stands who has been told of it. */
export type LogNews = { readonly place: LogPlace } & (
  | { readonly kind: 'begun'; readonly run: LoggedRun }
  | { readonly kind: 'piece'; readonly run: number; readonly piece: Piece }
  /** `cut-off`: its runner ended before it did. */
  | { readonly kind: 'ended'; readonly run: number; readonly ending: 'whole' | 'cut-off' }
  /** All that was there has been told; what comes now is printed now. Once. */
  | { readonly kind: 'current' }
  /** The patch is over. `elsewhere` names whoever ran checks of it of which nothing is kept here. */
  | { readonly kind: 'over'; readonly state: Patch['state']['name']; readonly elsewhere: readonly string[] }
);

const MOST_BYTES = 256 * 1024;
/** Nobody is woken for a line that a check prints. */
const LOOK_WHILE_CHECKING_MS = 200;
const LOOK_EVERY_MS = 1_000;

/** What the checks of a patch print, from `place` on, each part once, until the patch is over or `signal` aborts. @throws GhostError patch_unknown */
export async function* followLog(
  needs: LogNeeds,
  { id, place: from }: { readonly id: string; readonly place: LogPlace },
  signal: AbortSignal,
): AsyncGenerator<LogNews> {
  let place = from;
  let isCurrent = false;
  while (!signal.aborted) {
    // The patch first: a run that has no end now had none when its patch went on, so that it has lost its runner.
    const patch = await findPatch(needs, id);
    const before = place;
    for await (const news of newsOfRuns(needs, { patch, place })) {
      place = news.place;
      yield news;
      if (signal.aborted) return;
    }
    if (place !== before) continue;
    if (!isCurrent) yield { kind: 'current', place };
    isCurrent = true;
    if (isOver(patch.state)) {
      yield { kind: 'over', place, state: patch.state.name, elsewhere: await ranElsewhere(needs, patch) };
      return;
    }
    await rest(needs, patch, signal);
  }
}

async function* newsOfRuns(
  needs: LogNeeds,
  { patch, place: from }: { patch: Patch; place: LogPlace },
): AsyncGenerator<LogNews> {
  let place = from;
  for (const run of await needs.runLogs.runs(patch.id, place.next)) {
    for await (const news of newsOf(needs, { run, patch, place })) {
      place = news.place;
      yield news;
    }
  }
}

async function* newsOf(
  needs: LogNeeds,
  { run, patch, place: from }: { run: LoggedRun; patch: Patch; place: LogPlace },
): AsyncGenerator<LogNews> {
  const { number } = run;
  let place = from;
  let at = place.begun.get(number);
  if (at === Number.POSITIVE_INFINITY) return;
  if (at === undefined) {
    at = 0;
    place = movedTo(place, number, at);
    yield { kind: 'begun', place, run };
  }
  const pieces = await needs.runLogs.read(run, at, MOST_BYTES);
  for (const piece of pieces) {
    at = piece.from + (piece.kind === 'printed' ? piece.bytes.length : piece.bytes);
    place = movedTo(place, number, at);
    yield { kind: 'piece', place, run: number, piece };
  }
  const ending = endingOf(run, patch, { at, isDry: pieces.length === 0 });
  if (ending !== null)
    yield { kind: 'ended', place: movedTo(place, number, Number.POSITIVE_INFINITY), run: number, ending };
}

/** Null for a run that may still tell something. */
function endingOf(
  { end, token }: LoggedRun,
  { state }: Patch,
  told: { readonly at: number; readonly isDry: boolean },
): 'whole' | 'cut-off' | null {
  if (end !== null) return told.at >= end.printed ? end.ending : null;
  const isRunning = state.name === 'checking' && state.token === token;
  return told.isDry && !isRunning ? 'cut-off' : null;
}

/** Verdicts are on record of commands whose runs are not: another machine has them, or they were removed. */
async function ranElsewhere({ chains, runLogs }: LogNeeds, { id }: Patch): Promise<readonly string[]> {
  const here = new Set((await runLogs.runs(id, 1)).map(({ token }) => token as number));
  const elsewhere = whoRan(await chains.entriesAbout(id)).filter(({ token }) => !here.has(token));
  return [...new Set(elsewhere.map(({ runner }) => runner))];
}

async function rest({ clock, wakeUps }: LogNeeds, { state }: Patch, signal: AbortSignal): Promise<void> {
  if (state.name === 'checking') return clock.sleep(LOOK_WHILE_CHECKING_MS, signal);
  const woken = new AbortController();
  const unsubscribe = wakeUps.subscribe('line', () => woken.abort());
  await clock.sleep(LOOK_EVERY_MS, AbortSignal.any([signal, woken.signal]));
  unsubscribe();
}
