import { fail } from '../../core/errors.ts';
import { isHeld } from '../../core/lease/grant.ts';
import { acceptedPatch, claimOf, keepsClaim, precedentOf } from '../../core/ledger/acceptance.ts';
import { newsOf } from '../../core/ledger/news.ts';
import { acceptedEntry, acceptedNews, stepEntry, stepNews } from '../../core/ledger/patch-entry.ts';
import type { PatchId } from '../../core/patch/id.ts';
import { attemptAfter, isNextAttempt, type Patch, type StateName } from '../../core/patch/patch.ts';
import type { Acceptance, AcceptedSubmission, Ledger, Line, PatchQuery, Step } from '../../ports/ledger.ts';
import { append, type Store, type StoredPatch } from './store.ts';

export function memoryPatches(store: Store): Ledger {
  return {
    async accept(...submissions) {
      return accept(store, submissions);
    },
    async record(step) {
      return record(store, step);
    },
    async find(id) {
      return store.patches.get(id)?.patch ?? null;
    },
    async list(query) {
      return list(store, query);
    },
    async body(id) {
      return stored(store, id).body.slice();
    },
    async line(workspace) {
      return line(patchesOf(store, workspace));
    },
  };
}

function accept(
  store: Store,
  submissions: readonly [AcceptedSubmission, ...AcceptedSubmission[]],
): Acceptance {
  const [first] = submissions;
  if (!store.workspaces.has(first.workspace)) return { kind: 'unknown-workspace' };
  const patches = submissions.map((one, at) => acceptedPatch(one, store.patches.size + 1 + at));
  refuseIds(store, patches);
  const claim = claimOf(patches);
  const { idempotencyKey: key, repetition } = first;
  const known = {
    byKey: textOf(store, first.workspace, ({ patch }) => key !== null && patch.idempotencyKey === key),
    byContent: textOf(store, first.workspace, (one) => one.claim === claim),
  };
  const precedent = precedentOf(patches, { key, repetition }, known);
  if (precedent.kind === 'conflict') return { kind: 'conflict', patch: headed(precedent.patches).patch };
  if (precedent.kind === 'repeated') return { kind: 'repeated', ...headed(precedent.patches) };
  const taken = nextAttempt(store, first);
  if (taken !== null) return { kind: 'repair-taken', patch: taken };

  if (precedent.claim === 'free') release(store, known.byContent);
  for (const [at, patch] of patches.entries()) {
    const claims = at === 0 && precedent.claim === 'free';
    const body = submissions[at]?.body.slice() ?? new Uint8Array();
    store.patches.set(patch.id, { patch, body, claim: claims ? claim : null });
    append(store, acceptedEntry(patch, repetition), newsOf(acceptedNews(patch)));
  }
  return { kind: 'accepted', ...headed(patches) };
}

function refuseIds(store: Store, patches: readonly Patch[]): void {
  const ids = new Set(patches.map(({ id }) => id));
  const known = [...ids].find((id) => store.patches.has(id));
  if (known !== undefined) throw new Error(`patch ${known} was accepted before`);
  if (ids.size < patches.length) throw new Error('two patches of a series have one id');
}

function headed([patch, ...rest]: readonly Patch[]) {
  if (patch === undefined) throw new TypeError('a text has at least one patch');
  return { patch, rest };
}

/** The patches that came in one text with the one that is looked for; none where there is none. */
function textOf(store: Store, workspace: string, wanted: (one: StoredPatch) => boolean): readonly Patch[] {
  const all = [...store.patches.values()].filter(({ patch }) => patch.workspace === workspace);
  const found = all.find(wanted)?.patch;
  if (found === undefined) return [];
  return found.series === null ? [found] : list(store, { series: found.series.first, limit: Infinity });
}

/** A series that broke no longer answers for its content, though its first patch may have landed. */
function release(store: Store, [first]: readonly Patch[]): void {
  if (first !== undefined) store.patches.set(first.id, { ...stored(store, first.id), claim: null });
}

/** The patch that is already the next attempt that this one would be. */
function nextAttempt(store: Store, { lineage }: AcceptedSubmission): Patch | null {
  const rejected = attemptAfter(lineage);
  if (rejected === null) return null;
  const all = [...store.patches.values()].map((one) => one.patch);
  return all.find((one) => isNextAttempt(one, rejected)) ?? null;
}

/** Being fenced is told before being stale: the caller has to stop, not to read again. */
function record(store: Store, step: Step) {
  const { before, after, lease } = step;
  const current = stored(store, before.id);
  if (lease && (lease.name !== before.workspace || !isHeld(store.leases.get(lease.name) ?? null, lease))) {
    return { kind: 'fenced' } as const;
  }
  const paused = step.event.type === 'claimed' && store.workspaces.get(before.workspace)?.paused;
  if (typeof paused === 'string' || current.patch.version !== before.version)
    return { kind: 'stale', patch: current.patch } as const;
  refuseLandingNumber(store, after);

  store.patches.set(after.id, { ...current, patch: after, claim: keepsClaim(after) ? current.claim : null });
  append(store, stepEntry(step), newsOf(stepNews(step)));
  return { kind: 'recorded', patch: after } as const;
}

/** No two patches of a workspace have the same landing number. */
function refuseLandingNumber(store: Store, after: Patch): void {
  const number = landingSeq(after);
  const taken = patchesOf(store, after.workspace).find(
    (peer) => peer.id !== after.id && number > 0 && landingSeq(peer) === number,
  );
  if (taken) throw new Error(`landing number ${number} belongs to ${taken.id}`);
}

function list(store: Store, { workspace, states, series, limit, before }: PatchQuery): readonly Patch[] {
  const found = [...store.patches.values()]
    .map(({ patch }) => patch)
    .filter((patch) => workspace === undefined || patch.workspace === workspace)
    .filter((patch) => states === undefined || states.includes(patch.state.name))
    .filter((patch) => series === undefined || patch.series?.first === series)
    .filter((patch) => before === undefined || patch.seq < before);
  return found.slice(Math.max(0, found.length - limit));
}

function line(patches: readonly Patch[]): Line {
  const inState = (...names: StateName[]) => patches.filter(({ state }) => names.includes(state.name));
  const queued = inState('queued');
  const landed = inState('landed').toSorted((a, b) => landingSeq(a) - landingSeq(b));
  const executed = patches.flatMap(({ executedAt }) => executedAt ?? []);
  return {
    head: queued[0] ?? null,
    queued: queued.length,
    unfinished: inState('checking', 'landing'),
    held: inState('held'),
    lastLanded: landed.at(-1) ?? null,
    lastExecutedAt: executed.length === 0 ? null : Math.max(...executed),
  };
}

function landingSeq({ state }: Patch): number {
  return state.name === 'landed' ? state.intent.landingSeq : 0;
}

function patchesOf(store: Store, workspace: string): readonly Patch[] {
  return [...store.patches.values()]
    .map(({ patch }) => patch)
    .filter((patch) => patch.workspace === workspace);
}

function stored(store: Store, id: PatchId) {
  const found = store.patches.get(id);
  if (!found) throw fail('patch_unknown', { id });
  return found;
}
