import { isHeld } from '../../core/lease/grant.ts';
import { newsOf } from '../../core/ledger/news.ts';
import { stepEntry, stepNews } from '../../core/ledger/patch-entry.ts';
import { takenOffStep } from '../../core/ledger/taken-off.ts';
import {
  isSamePlace,
  registrationIn,
  tipAccepted,
  workspaceAdded,
  workspacePaused,
  workspaceRemoved,
} from '../../core/ledger/workspace-entry.ts';
import type { PatchId } from '../../core/patch/id.ts';
import { isOver } from '../../core/patch/patch.ts';
import type { Workspaces } from '../../ports/workspaces.ts';
import { append, type Store } from './store.ts';

export function memoryWorkspaces(store: Store): Workspaces {
  const { workspaces } = store;
  const all = () => [...workspaces.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const firstRegistration = (name: string) => {
    const entry = store.entries.find(({ chain, type }) => chain === name && type === 'workspace.added');
    return entry ? registrationIn(entry) : null;
  };
  const isBusy = (name: string) =>
    [...store.patches.values()].some(({ patch }) => patch.workspace === name && !isOver(patch.state));

  return {
    async add(workspace) {
      const byName = workspaces.get(workspace.name);
      if (byName) return { taken: 'name', by: byName };
      const first = firstRegistration(workspace.name);
      if (first && !isSamePlace(first, workspace)) return { taken: 'name', by: first };
      const byBranch = all().find((other) => isSamePlace(other, workspace));
      if (byBranch) return { taken: 'branch', by: byBranch };
      workspaces.set(workspace.name, workspace);
      append(store, workspaceAdded(workspace));
      return null;
    },
    async find(name) {
      return workspaces.get(name) ?? null;
    },
    async list() {
      return all();
    },
    async pause(name, reason, actor, at) {
      const workspace = workspaces.get(name);
      if (!workspace) return false;
      if (workspace.paused === reason) return true;
      workspaces.set(name, { ...workspace, paused: reason });
      append(store, workspacePaused({ name, actor, at }, reason));
      return true;
    },
    async acceptTip(name, accepted, { lease, paused, actor, at }) {
      const workspace = workspaces.get(name);
      if (!workspace) return 'unknown';
      if (!isHeld(store.leases.get(name) ?? null, lease)) return 'fenced';
      if (workspace.paused !== paused) return 'pause-changed';
      const act = { name, actor, at };
      const takenOff = accepted.takenOff.filter((id) => takeOff(store, id, { ...act, ...accepted }));
      workspaces.set(name, { ...workspace, baseline: accepted.baseline, paused: null });
      append(store, tipAccepted(act, { ...accepted, takenOff }));
      return 'accepted';
    },
    async remove(name, actor, at) {
      if (!workspaces.has(name) || isBusy(name)) return false;
      workspaces.delete(name);
      append(store, workspaceRemoved({ name, actor, at }));
      return true;
    },
  };
}

function takeOff(store: Store, id: PatchId, taking: Parameters<typeof takenOffStep>[1]): boolean {
  const stored = store.patches.get(id);
  const step = takenOffStep(stored?.patch ?? null, taking);
  if (stored === undefined || step === null) return false;
  store.patches.set(id, { ...stored, patch: step.after, claim: null });
  append(store, stepEntry(step), newsOf(stepNews(step)));
  return true;
}
