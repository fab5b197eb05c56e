import { sha256 } from '../../src/core/digest.ts';
import { type ErrorCode, GhostError } from '../../src/core/errors.ts';
import type { BlobId, CommitId, Path, TreeId } from '../../src/core/git.ts';
import type { FencingToken, Lease } from '../../src/core/lease/lease.ts';
import { patchId } from '../../src/core/patch/id.ts';
import type { Intent, Patch } from '../../src/core/patch/patch.ts';
import { NO_TERMS } from '../../src/core/patch/terms.ts';
import { advance, type PatchEvent } from '../../src/core/patch/transition.ts';
import type { Workspace } from '../../src/core/workspace.ts';
import { ulidFactory } from '../../src/platform/ids.ts';
import type { AcceptedSubmission, Ledger, Step } from '../../src/ports/ledger.ts';
import type { TokenRecord } from '../../src/ports/tokens.ts';
import type { Workspaces } from '../../src/ports/workspaces.ts';

const newUlid = ulidFactory();
let names = 0;

/** A workspace name that no other test uses. */
export function freshName(stem = 'workspace'): string {
  names += 1;
  return `${stem}-${names}`;
}

/** Registers a workspace that no other test uses and gives its name. Both ledgers accept for registered ones alone. */
export async function registered(
  { workspaces }: { readonly workspaces: Workspaces },
  given: Partial<Workspace> = {},
): Promise<string> {
  const workspace = givenWorkspace(given);
  const taken = await workspaces.add(workspace);
  if (taken !== null) throw new Error(`${workspace.name}: its ${taken.taken} is taken`);
  return workspace.name;
}

export function givenSubmission(
  given: Partial<AcceptedSubmission> & { readonly content?: string } = {},
): AcceptedSubmission {
  const { content = `content ${newUlid(1)}`, ...rest } = given;
  const body = rest.body ?? new TextEncoder().encode(content);
  return {
    id: patchId(newUlid(Date.now())),
    workspace: 'main',
    title: 'Add a line',
    author: 'ada',
    origin: 'http',
    format: 'unified-diff',
    digest: sha256(body),
    body,
    externalId: null,
    idempotencyKey: null,
    lineage: null,
    series: null,
    merge: 'never',
    terms: NO_TERMS,
    acceptedAt: 1_760_000_000_000,
    repetition: 'first-receipt',
    ...rest,
  };
}

/** Accepts a submission that must become a new patch. */
export async function accepted(ledger: Ledger, given: Parameters<typeof givenSubmission>[0]): Promise<Patch> {
  const acceptance = await ledger.accept(givenSubmission(given));
  if (acceptance.kind !== 'accepted') throw new Error(`it was ${acceptance.kind}`);
  return acceptance.patch;
}

export function givenStep(
  before: Patch,
  event: PatchEvent,
  given: { lease?: Lease; at?: number } = {},
): Step {
  const at = given.at ?? 1_760_000_001_000;
  return {
    before,
    event,
    after: advance(before, event, at),
    at,
    actor: 'runner-1',
    lease: given.lease ?? null,
  };
}

/** Records one event after the other, each of which must be written. */
export async function moved(ledger: Ledger, patch: Patch, ...events: readonly PatchEvent[]): Promise<Patch> {
  let current = patch;
  for (const event of events) {
    const recorded = await ledger.record(givenStep(current, event));
    if (recorded.kind !== 'recorded') throw new Error(`${event.type} was ${recorded.kind}`);
    current = recorded.patch;
  }
  return current;
}

export const COMMIT = 'c'.repeat(40) as CommitId;
export const TREE = '7'.repeat(40) as TreeId;
const TOKEN = 1 as FencingToken;

export function givenIntent(landingSeq = 1): Intent {
  const content = { mode: '100644' as const, blob: 'b'.repeat(40) as BlobId, sha256: sha256('after') };
  return {
    base: COMMIT,
    tree: TREE,
    commit: 'd'.repeat(40) as CommitId,
    token: TOKEN,
    landingSeq,
    paths: [{ path: 'src/a.ts' as Path, before: null, after: content }],
  };
}

export const claimed: PatchEvent = { type: 'claimed', base: COMMIT, token: TOKEN };
export const held: PatchEvent = { type: 'held', reason: 'local_edits', paths: ['src/a.ts' as Path] };
export const released: PatchEvent = { type: 'released' };
export const rejected: PatchEvent = { type: 'rejected', reason: 'does_not_apply', faults: [] };
export const failed: PatchEvent = { type: 'failed', reason: 'check_error', detail: 'it could not be run' };
export const cancelled: PatchEvent = { type: 'cancelled', by: 'ada' };

export function landing(landingSeq: number): readonly PatchEvent[] {
  const intent = givenIntent(landingSeq);
  const readBack = { commit: intent.commit, tree: intent.tree };
  return [claimed, { type: 'intended', intent }, { type: 'landed', readBack }];
}

export function givenWorkspace(given: Partial<Workspace> = {}): Workspace {
  const name = given.name ?? freshName();
  return {
    name,
    gitDir: `/srv/${name}.git`,
    workTree: null,
    branch: 'main',
    addedAt: 1_760_000_000_000,
    addedBy: 'ada',
    paused: null,
    remote: null,
    baseline: null,
    ...given,
  };
}

export function givenToken(given: Partial<TokenRecord> = {}): TokenRecord {
  return {
    id: `t_${newUlid(1)}`,
    subject: 'ada',
    role: 'author',
    issuedAt: 1_760_000_000_000,
    expiresAt: 1_760_003_600_000,
    issuedBy: 'operator',
    revokedAt: null,
    ...given,
  };
}

/** For `assert.rejects`: the coded error and no other. */
export function hasCode(code: ErrorCode) {
  return (error: unknown) => error instanceof GhostError && error.code === code;
}
