import { fail } from '../../core/errors.ts';
import { isHeld } from '../../core/lease/grant.ts';
import { acceptedPatch, keepsClaim, precedentOf } from '../../core/ledger/acceptance.ts';
import { newsOf } from '../../core/ledger/news.ts';
import { acceptedEntry, acceptedNews, stepEntry, stepNews } from '../../core/ledger/patch-entry.ts';
import type { PatchId } from '../../core/patch/id.ts';
import { type Patch, repairsStill, type StateName } from '../../core/patch/patch.ts';
import type { AcceptedSubmission, Ledger, Line, PatchQuery, Step } from '../../ports/ledger.ts';
import { append, type Store } from './store.ts';

export function memoryPatches(store: Store): Ledger {
  return {
    async accept(submission) {
      return accept(store, submission);
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

function accept(store: Store, submission: AcceptedSubmission) {
  if (!store.workspaces.has(submission.workspace)) return { kind: 'unknown-workspace' } as const;
  const patch = acceptedPatch(submission, store.patches.size + 1);
  if (store.patches.has(patch.id)) throw new Error(`patch ${patch.id} was accepted before`);
  const peers = [...store.patches.values()].filter((peer) => peer.patch.workspace === patch.workspace);
  const byContent = peers.find((peer) => peer.claims && peer.patch.digest === patch.digest)?.patch ?? null;
  const byKey = peers.find((peer) => peer.patch.idempotencyKey === patch.idempotencyKey)?.patch ?? null;
  const precedent = precedentOf({ ...patch, repetition: submission.repetition }, { byKey, byContent });
  if (precedent.kind !== 'none') return precedent;
  const taken = repairOf(store, patch);
  if (taken !== null) return { kind: 'repair-taken', patch: taken } as const;

  store.patches.set(patch.id, { patch, body: submission.body.slice(), claims: byContent === null });
  append(store, acceptedEntry(patch, submission.repetition), newsOf(acceptedNews(patch)));
  return { kind: 'accepted', patch } as const;
}

/** The patch that already repairs what `patch` would repair. */
function repairOf(store: Store, { lineage }: Patch): Patch | null {
  if (lineage?.kind !== 'repairs') return null;
  const all = [...store.patches.values()].map((one) => one.patch);
  return all.find((one) => repairsStill(one, lineage.patch)) ?? null;
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

  store.patches.set(after.id, { ...current, patch: after, claims: current.claims && keepsClaim(after) });
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

function list(store: Store, { workspace, states, limit, before }: PatchQuery): readonly Patch[] {
  const found = [...store.patches.values()]
    .map(({ patch }) => patch)
    .filter((patch) => workspace === undefined || patch.workspace === workspace)
    .filter((patch) => states === undefined || states.includes(patch.state.name))
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
