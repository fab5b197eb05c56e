import { isHeld } from '../../../core/lease/grant.ts';
import { takenOffStep } from '../../../core/ledger/taken-off.ts';
import {
  isSamePlace,
  tipAccepted,
  workspaceAdded,
  workspacePaused,
  workspaceRemoved,
} from '../../../core/ledger/workspace-entry.ts';
import type { Workspace } from '../../../core/workspace.ts';
import type { AcceptedTip, TipAcceptance, TipAcceptor, Workspaces } from '../../../ports/workspaces.ts';
import { registrationOf, registrationRow } from '../rows.ts';
import { type Operation, wantOf } from './operation.ts';
import { found, heldIn, moveOn, registered } from './patches.ts';
import type { View } from './view.ts';

type Added = Awaited<ReturnType<Workspaces['add']>>;

const REGISTERED = { table: 'workspaces', field: 'registered', value: 'yes' } as const;

export function adding(workspace: Workspace): Operation<Added> {
  const { name } = workspace;
  return {
    wants: [wantOf('workspaces', name), wantOf('heads', name), REGISTERED],
    decide(view) {
      const row = view.one('workspaces', name);
      const known = row && registrationOf(row);
      if (known?.workspace) return { taken: 'name', by: known.workspace };
      if (known && !isSamePlace(known.first, workspace)) return { taken: 'name', by: known.first };
      const byBranch = allOf(view).find((other) => isSamePlace(other, workspace));
      if (byBranch) return { taken: 'branch', by: byBranch };
      const first = known?.first ?? { ...workspace, paused: null };
      view.put('workspaces', registrationRow(name, { workspace, first }));
      view.append(workspaceAdded(workspace));
      return null;
    },
  };
}

function allOf(view: View): readonly Workspace[] {
  const rows = view.all(REGISTERED.table, REGISTERED.field, REGISTERED.value);
  const all = rows.flatMap((row) => registrationOf(row).workspace ?? []);
  return all.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

export function pausing(name: string, reason: string | null, actor: string, at: number): Operation<boolean> {
  return {
    wants: [wantOf('workspaces', name), wantOf('heads', name)],
    decide(view) {
      const workspace = registered(view, name);
      if (!workspace) return false;
      if (workspace.paused === reason) return true;
      keep(view, { ...workspace, paused: reason });
      view.append(workspacePaused({ name, actor, at }, reason));
      return true;
    },
  };
}

export function acceptingTip(name: string, accepted: AcceptedTip, by: TipAcceptor): Operation<TipAcceptance> {
  const { lease, paused, actor, at } = by;
  return {
    wants: [
      ...[wantOf('workspaces', name), wantOf('heads', name), wantOf('leases', name)],
      ...accepted.takenOff.map((id) => wantOf('patches', id)),
    ],
    decide(view) {
      const workspace = registered(view, name);
      if (!workspace) return 'unknown';
      if (!isHeld(heldIn(view, name), lease)) return 'fenced';
      if (workspace.paused !== paused) return 'pause-changed';
      const act = { name, actor, at };
      const takenOff = accepted.takenOff.filter((id) => takeOff(view, id, { ...act, ...accepted }));
      keep(view, { ...workspace, baseline: accepted.baseline, paused: null });
      view.append(tipAccepted(act, { ...accepted, takenOff }));
      return 'accepted';
    },
  };
}

function takeOff(view: View, id: string, taking: Parameters<typeof takenOffStep>[1]): boolean {
  const current = found(view, id);
  const step = takenOffStep(current?.patch ?? null, taking);
  if (current === null || step === null) return false;
  moveOn(view, current, step);
  return true;
}

export function removing(name: string, actor: string, at: number): Operation<boolean> {
  return {
    wants: [
      wantOf('workspaces', name),
      wantOf('heads', name),
      { table: 'patches', field: 'openIn', value: name },
    ],
    decide(view) {
      const row = view.one('workspaces', name);
      const known = row && registrationOf(row);
      if (!known?.workspace || view.all('patches', 'openIn', name).length > 0) return false;
      view.put('workspaces', registrationRow(name, { ...known, workspace: null }));
      view.append(workspaceRemoved({ name, actor, at }));
      return true;
    },
  };
}

function keep(view: View, workspace: Workspace): void {
  const row = view.one('workspaces', workspace.name);
  const first = row === null ? workspace : registrationOf(row).first;
  view.put('workspaces', registrationRow(workspace.name, { workspace, first }));
}
