import { legible } from '../core/change/bytes.ts';
import type { Change, Format } from '../core/change/change.ts';
import { explainFaults } from '../core/change/faults/explain.ts';
import { legibleFault } from '../core/change/faults/legible-fault.ts';
import { parseChange } from '../core/change/parse.ts';
import { sha256 } from '../core/digest.ts';
import { fail } from '../core/errors.ts';
import { subjectLine } from '../core/patch/commit-message.ts';
import { patchId } from '../core/patch/id.ts';
import type { Lineage, MergeRule, Origin, Patch } from '../core/patch/patch.ts';
import { chooseWorkspace } from './choose-workspace.ts';
import type { Needs } from './needs.ts';
import { type Repaired, repairedPatch } from './repaired-patch.ts';

export interface Submission {
  /** Null chooses the only workspace. */
  readonly workspace: string | null;
  readonly body: Uint8Array;
  /** Null lets the content decide. */
  readonly format: Format | null;
  readonly title: string | null;
  readonly author: string;
  readonly origin: Origin;
  readonly idempotencyKey: string | null;
  /** Makes a new patch even where the same content already has a receipt. */
  readonly force: boolean;
  readonly lineage?: Exclude<Lineage, { kind: 'repairs' }> | null;
  /** Id of the rejected patch of which this is the next attempt. */
  readonly repairs?: string | null;
  readonly merge?: MergeRule;
}

/** What the author gets back. It exists only once the patch is durable. */
export interface Receipt {
  readonly patch: Patch;
  /** The patch was there before; nothing new was made. */
  readonly repeated: boolean;
  /** What was read generously. */
  readonly notes: readonly string[];
}

/**
 * Reads a patch far enough to know that it is one, stores it and answers with its receipt. Whether it fits is found
 * out when its turn comes, on the tip of that moment.
 * @throws GhostError workspace_unknown, workspace_unnamed, patch_unparsable (with faults), idempotency_conflict,
 *   ledger_unavailable; with `repairs` also those of `repairedPatch` and repair_taken
 */
export async function submitPatch(
  needs: Pick<Needs, 'ledger' | 'workspaces' | 'wakeUps' | 'clock' | 'newUlid' | 'repairRounds'>,
  submission: Submission,
): Promise<Receipt> {
  const digest = sha256(submission.body);
  const merge = submission.merge ?? 'never';
  const repaired = submission.repairs
    ? await repairedPatch(needs, { ...submission, repairs: submission.repairs, digest, merge })
    : null;
  const workspace = await chooseWorkspace(needs, repaired?.patch.workspace ?? submission.workspace);
  const parsed = parseChange(submission.body, { format: submission.format });
  if (parsed.kind === 'faulty')
    throw fail(
      'patch_unparsable',
      { problem: explainFaults(parsed.faults) },
      { faults: parsed.faults.map(legibleFault) },
    );
  const { change } = parsed;
  const acceptedAt = needs.clock.now();
  const acceptance = await needs.ledger.accept({
    id: patchId(needs.newUlid(acceptedAt)),
    workspace: workspace.name,
    title: subjectLine(submission.title ?? change.title ?? '') || subjectLine(titleOf(change)),
    author: submission.author,
    origin: submission.origin,
    format: change.format,
    digest,
    body: submission.body,
    externalId: change.externalId,
    idempotencyKey: submission.idempotencyKey,
    lineage: repaired === null ? (submission.lineage ?? null) : repairOf(repaired),
    series: null,
    merge,
    acceptedAt,
    repetition: submission.force ? 'again' : 'first-receipt',
  });
  if (acceptance.kind === 'unknown-workspace') return removedMeanwhile(needs, workspace.name);
  if (acceptance.kind === 'conflict')
    throw fail('idempotency_conflict', { key: submission.idempotencyKey ?? '', first: acceptance.patch.id });
  if (acceptance.kind === 'repair-taken') {
    const { patch: by } = acceptance;
    throw fail('repair_taken', { id: repaired?.patch.id ?? '', by: by.id, state: by.state.name });
  }
  if (acceptance.kind === 'accepted')
    await Promise.all([needs.wakeUps.notify('line'), needs.wakeUps.notify('outbox')]);
  return { patch: acceptance.patch, repeated: acceptance.kind === 'repeated', notes: change.notes };
}

function repairOf({ patch, round }: Repaired): Lineage {
  return { kind: 'repairs', patch: patch.id, round };
}

/** Between choosing it and storing the patch somebody took the workspace out of the register. */
async function removedMeanwhile(needs: Pick<Needs, 'workspaces'>, name: string): Promise<never> {
  const { name: found } = await chooseWorkspace(needs, name);
  throw fail('workspace_unknown', { name: found, known: 'none of that name at the moment of storing' });
}

/** A name for a change whose author gave it none: `Change src/a.ts and 2 more`. */
function titleOf({ edits }: Change): string {
  const [first, ...more] = edits;
  const path = first === undefined ? 'nothing' : legible(first.path);
  return more.length === 0 ? `Change ${path}` : `Change ${path} and ${more.length} more`;
}
