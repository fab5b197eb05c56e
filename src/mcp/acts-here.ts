import type { Identity } from '../app/authenticate.ts';
import { cancelPatch } from '../app/cancel-patch.ts';
import { chooseWorkspace } from '../app/choose-workspace.ts';
import { describeWorkspace, describeWorkspaces } from '../app/describe-workspace.ts';
import { findPatch } from '../app/find-patch.ts';
import { describeGate } from '../app/gate/describe-gate.ts';
import { listPatches } from '../app/list-patches.ts';
import type { Needs } from '../app/needs.ts';
import { patchLog } from '../app/patch-log.ts';
import type { Rehearsal, RehearsalRequest } from '../app/rehearse-patch.ts';
import { repairRequestOf } from '../app/repair-request-of.ts';
import { submitPatch } from '../app/submit-patch.ts';
import { type PatchView, viewListed, viewPatch, viewReceipt } from '../app/views.ts';
import { waitForEnd } from '../app/wait-for-end.ts';
import { ACTS, type ActName, mayDo } from '../core/acts.ts';
import { fail } from '../core/errors.ts';
import type { Patch } from '../core/patch/patch.ts';
import type { Acts, AgentFilter, AgentSubmission, AgentText, CheckRun, LogEnd, PatchPage } from './acts.ts';

export interface ActsHere {
  readonly needs: Needs;
  /** Who calls, as the token says. */
  readonly identity: Identity;
  readonly rehearse: (request: RehearsalRequest) => Promise<Rehearsal>;
  /** In bytes: of one patch. */
  readonly patchLimitBytes: number;
  /** Aborts when this process begins to stop. */
  readonly closing: AbortSignal;
}

/** The use cases of this process, in the name of whoever calls. */
export function actsHere(here: ActsHere): Acts {
  const { needs, closing } = here;
  const asked = (act: ActName) => requireRole(here.identity, act);
  return {
    submit: async (submission) => {
      asked('submit');
      return submit(here, submission);
    },
    rehearse: async (text) => {
      asked('rehearse');
      return rehearse(here, text);
    },
    find: async (id) => {
      asked('read');
      return shown(needs, await findPatch(needs, id));
    },
    wait: async (id, signal, tell) => {
      asked('read');
      return shown(needs, await standstill(needs, id, { signal: AbortSignal.any([signal, closing]), tell }));
    },
    list: async (filter) => {
      asked('list');
      return list(needs, filter);
    },
    lines: async (workspace) => {
      asked('read-workspaces');
      return workspace === null ? describeWorkspaces(needs) : [await describeWorkspace(needs, workspace)];
    },
    log: async (id, wanted) => {
      asked('read');
      return log(needs, id, wanted);
    },
    gate: async (workspace) => {
      asked('read-workspaces');
      return describeGate(needs, workspace);
    },
    cancel: async (id) => {
      asked('cancel');
      const { subject, role } = here.identity;
      return shown(needs, await cancelPatch(needs, { id, actor: subject, role }));
    },
  };
}

/** @throws GhostError role_insufficient */
function requireRole({ role }: Identity, act: ActName): void {
  const { role: needed, says } = ACTS[act];
  if (!mayDo(role, act)) throw fail('role_insufficient', { role, needed, act: says });
}

async function submit(here: ActsHere, submission: AgentSubmission) {
  const { patch, merge, ...said } = submission;
  const receipt = await submitPatch(here.needs, {
    ...said,
    body: bytesOf(here, patch),
    merge: merge ?? 'never',
    author: here.identity.subject,
    origin: 'mcp',
    force: false,
  });
  return viewReceipt(receipt, await repairRequestOf(here.needs, receipt.patch));
}

async function rehearse(here: ActsHere, { patch, workspace, format, merge }: AgentText): Promise<Rehearsal> {
  return here.rehearse({
    workspace: await chooseWorkspace(here.needs, workspace),
    body: bytesOf(here, patch),
    format,
    merge: merge ?? 'never',
  });
}

/** @throws GhostError body_too_large */
function bytesOf({ patchLimitBytes }: ActsHere, patch: string): Uint8Array {
  const bytes = new TextEncoder().encode(patch);
  if (bytes.byteLength > patchLimitBytes)
    throw fail('body_too_large', { limit: `${Math.round(patchLimitBytes / 1024)} KiB` });
  return bytes;
}

async function shown(needs: Needs, patch: Patch): Promise<PatchView> {
  return viewPatch(patch, await repairRequestOf(needs, patch));
}

/** A patch that is held waits for a person, and whoever waits for it learns that at once. */
async function standstill(
  needs: Needs,
  id: string,
  { signal, tell }: { readonly signal: AbortSignal; readonly tell: (move: string) => void },
): Promise<Patch> {
  const held = new AbortController();
  const hear = ({ state }: Patch) => {
    tell(state.name);
    if (state.name === 'held') held.abort();
  };
  const patch = await findPatch(needs, id);
  if (patch.state.name === 'held') return patch;
  return waitForEnd(needs, id, AbortSignal.any([signal, held.signal]), hear);
}

async function list(needs: Needs, filter: AgentFilter): Promise<PatchPage> {
  const patches = await listPatches(needs, filter);
  const next = patches.length === filter.limit ? (patches[0]?.seq ?? null) : null;
  return { patches: patches.map(viewListed), next };
}

async function log(needs: Needs, id: string, { check, bytes }: LogEnd): Promise<readonly CheckRun[]> {
  const { checks } = await patchLog(needs, id, { check, part: { kind: 'last', bytes } });
  return checks.map(({ output, ...run }) =>
    output === null
      ? { ...run, output }
      : { ...run, output: new TextDecoder().decode(output.bytes), from: output.from },
  );
}
