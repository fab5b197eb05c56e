import type { Sha256 } from '../../../core/digest.ts';
import { fail } from '../../../core/errors.ts';
import { isHeld } from '../../../core/lease/grant.ts';
import { acceptedPatch, claimOf, precedentOf } from '../../../core/ledger/acceptance.ts';
import { acceptedEntry, acceptedNews, stepEntry, stepNews } from '../../../core/ledger/patch-entry.ts';
import { attemptAfter, type Patch } from '../../../core/patch/patch.ts';
import type { Acceptance, AcceptedSubmission, Recorded, Step } from '../../../ports/ledger.ts';
import {
  landingKey,
  leaseOf,
  patchOf,
  patchRow,
  type Registration,
  type Row,
  registrationOf,
  type StoredPatch,
  storedPatch,
  within,
} from '../rows.ts';
import { type Operation, wantOf } from './operation.ts';
import type { View, Want } from './view.ts';

type Text = readonly [AcceptedSubmission, ...AcceptedSubmission[]];

export function accepting(text: Text): Operation<Acceptance> {
  const [{ workspace, idempotencyKey, lineage }] = text;
  const key = idempotencyKey?.toWellFormed() ?? null;
  const claim = claimOf(text);
  const after = attemptAfter(lineage);
  return {
    wants: [
      wantOf('workspaces', workspace),
      wantOf('heads', workspace),
      ...text.map(({ id }) => wantOf('patches', id)),
      by('byContent', within(workspace, claim)),
      ...(key === null ? [] : [by('byKey', within(workspace, key))]),
      ...(after === null ? [] : [by('byAttempt', after)]),
    ],
    decide: (view) => accept(view, text, { key, claim, after }),
    bodies: (answer) =>
      answer.kind === 'accepted' ? text.map(({ id, body }) => ({ _id: id, bytes: body })) : [],
  };
}

interface Told {
  readonly key: string | null;
  readonly claim: Sha256;
  /** The rejected patch of which this would be the next attempt. */
  readonly after: string | null;
}

function accept(view: View, text: Text, { key, claim, after }: Told): Acceptance {
  const [first] = text;
  const { workspace, repetition } = first;
  if (registered(view, workspace) === null) return { kind: 'unknown-workspace' };
  refuseIds(view, text);
  const holder = byContent(view, within(workspace, claim));
  const known = {
    byKey: key === null ? [] : textOf(view, view.all('patches', 'byKey', within(workspace, key))[0]),
    byContent: textOf(view, holder),
  };
  const precedent = precedentOf(text, { key, repetition }, known);
  if (precedent.kind === 'conflict') return { kind: 'conflict', patch: headed(precedent.patches).patch };
  if (precedent.kind === 'repeated') return { kind: 'repeated', ...headed(precedent.patches) };
  const taken = after === null ? undefined : view.all('patches', 'byAttempt', after)[0];
  if (taken !== undefined) return { kind: 'repair-taken', patch: patchOf(taken) };

  // A series that broke no longer answers for its content, though its first patch may have landed.
  if (precedent.claim === 'free' && holder) {
    view.put('patches', patchRow({ ...storedPatch(holder), gaveUpAt: view.next().position + 1 }));
  }
  const patches = text.map((submission, at) => {
    const patch = acceptedPatch(submission, view.nextSeq());
    const claims = at === 0 && precedent.claim === 'free';
    view.put('patches', patchRow({ patch, claim: claims ? claim : null, gaveUpAt: null }));
    view.append(acceptedEntry(patch, repetition), acceptedNews(patch));
    return patch;
  });
  return { kind: 'accepted', ...headed(patches) };
}

function refuseIds(view: View, text: Text): void {
  const ids = new Set(text.map(({ id }) => id));
  const known = [...ids].find((id) => view.one('patches', id) !== null);
  if (known !== undefined) throw new Error(`patch ${known} was accepted before`);
  if (ids.size < text.length) throw new Error('two patches of a series have one id');
}

function byContent(view: View, key: string): Row | undefined {
  return view.all('patches', 'byContent', key)[0];
}

/** The patches that came in one text with the one that is given; none where there is none. */
function textOf(view: View, row: Row | undefined): readonly Patch[] {
  if (row === undefined) return [];
  const found = patchOf(row);
  if (found.series === null) return [found];
  const all = view.all('patches', 'series', found.series.first).map(patchOf);
  return all.toSorted((a, b) => a.seq - b.seq);
}

function headed([patch, ...rest]: readonly Patch[]) {
  if (patch === undefined) throw new TypeError('a text has at least one patch');
  return { patch, rest };
}

export function recording(step: Step): Operation<Recorded> {
  const { before, after, lease } = step;
  const landing = before.state.name === 'landed' ? null : landingOf(after);
  return {
    wants: [
      wantOf('patches', before.id),
      wantOf('heads', before.workspace),
      ...(lease === null ? [] : [wantOf('leases', lease.name)]),
      ...(step.event.type === 'claimed' ? [wantOf('workspaces', before.workspace)] : []),
      ...(landing === null ? [] : [by('byLanding', landing)]),
    ],
    decide: (view) => record(view, step, landing),
  };
}

/** Being fenced is told before being stale: the caller has to stop, not to read again. */
function record(view: View, step: Step, landing: string | null): Recorded {
  const { before, lease } = step;
  const current = found(view, before.id);
  if (current === null) throw fail('patch_unknown', { id: before.id });
  if (lease && (lease.name !== before.workspace || !isHeld(heldIn(view, lease.name), lease))) {
    return { kind: 'fenced' };
  }
  const paused = step.event.type === 'claimed' && registered(view, before.workspace)?.paused;
  if (typeof paused === 'string' || current.patch.version !== before.version) {
    return { kind: 'stale', patch: current.patch };
  }
  if (landing !== null) refuseLandingNumber(view, landing);
  moveOn(view, current, step);
  return { kind: 'recorded', patch: step.after };
}

/** Writes a step and tells it. */
export function moveOn(
  view: View,
  current: StoredPatch,
  step: Pick<Step, 'after' | 'event' | 'at' | 'actor'>,
): void {
  view.put('patches', patchRow({ ...current, patch: step.after }));
  view.append(stepEntry(step), stepNews(step));
}

/** No two patches of a workspace have the same landing number. */
function refuseLandingNumber(view: View, landing: string): void {
  const [taken] = view.all('patches', 'byLanding', landing);
  if (taken) throw new Error(`landing number ${landing.replace('\n', ' ')} belongs to ${taken._id}`);
}

function landingOf({ state, workspace }: Patch): string | null {
  return state.name === 'landed' ? landingKey(workspace, state.intent.landingSeq) : null;
}

export function found(view: View, id: string): StoredPatch | null {
  const row = view.one('patches', id);
  return row && storedPatch(row);
}

export function heldIn(view: View, name: string) {
  const row = view.one('leases', name);
  return row && leaseOf(row);
}

export function registered(view: View, name: string): Registration['workspace'] {
  const row = view.one('workspaces', name);
  return row && registrationOf(row).workspace;
}

function by(field: string, value: string): Want {
  return { table: 'patches', field, value };
}
