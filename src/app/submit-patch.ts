import { legible } from '../core/change/bytes.ts';
import type { Format } from '../core/change/change.ts';
import { explainFaults } from '../core/change/faults/explain.ts';
import { legibleFault } from '../core/change/faults/legible-fault.ts';
import type { Outline } from '../core/change/outline.ts';
import { sha256 } from '../core/digest.ts';
import { fail } from '../core/errors.ts';
import { subjectLine } from '../core/patch/commit-message.ts';
import { patchId } from '../core/patch/id.ts';
import { attemptAfter, type Lineage, type MergeRule, type Origin, type Patch } from '../core/patch/patch.ts';
import { readPhase } from '../core/patch/phase.ts';
import { type Attempt, repairRequest } from '../core/patch/repair-request.ts';
import { type Flag, joinFlags, NO_TERMS, type PatchTerms } from '../core/patch/terms.ts';
import type { OutlinedPatch, PatchText } from '../ports/change-engine.ts';
import type { Acceptance, AcceptedSubmission } from '../ports/ledger.ts';
import { chooseWorkspace } from './choose-workspace.ts';
import type { Needs } from './needs.ts';
import { ordersOf } from './orders/orders-of.ts';
import { readingOf } from './reading-of.ts';
import { type Repaired, repairedPatch } from './repaired-patch.ts';

export interface Submission {
  /** Null chooses the only workspace. */
  readonly workspace: string | null;
  readonly body: Uint8Array;
  /** Null lets the content decide. */
  readonly format: Format | null;
  readonly title: string | null;
  /** The author's own id; null takes the one that the text has. */
  readonly externalId?: string | null;
  readonly author: string;
  readonly origin: Origin;
  readonly idempotencyKey: string | null;
  /** Makes a new patch even where the same content already has a receipt. */
  readonly force: boolean;
  readonly lineage?: Exclude<Lineage, { kind: 'repairs' }> | null;
  /** Id of the rejected patch of which this is the next attempt. */
  readonly repairs?: string | null;
  readonly merge?: MergeRule;
  /** The phase that it belongs to; null or left out takes the one that the text has. */
  readonly phase?: string | null;
  /** Beside those that the text sets, and those of the patch that it repairs. */
  readonly flags?: readonly Flag[];
}

/** What the author gets back. It exists only once the patch is durable. */
export interface Receipt {
  readonly patch: Patch;
  /** The patch was there before; nothing new was made. */
  readonly repeated: boolean;
  /** What was read generously. */
  readonly notes: readonly string[];
  /** Of the patches that follow it in its series, in order; empty for a patch that came alone. */
  readonly rest: readonly Receipt[];
}

type SubmitNeeds = Pick<
  Needs,
  'ledger' | 'chains' | 'workspaces' | 'wakeUps' | 'clock' | 'newUlid' | 'repairRounds' | 'changes'
>;

/**
 * Reads a text far enough to know that it is a patch, or a series of them, stores all of it and answers with the receipt
 * of the first. Whether it fits is found out when its turn comes, on the tip of that moment.
 * @throws GhostError workspace_unknown, workspace_unnamed, patch_unparsable (with faults), input_invalid,
 *   idempotency_conflict, workspace_locked, ledger_unavailable; with `repairs` also those of `repairedPatch`; repair_taken
 */
export async function submitPatch(needs: SubmitNeeds, submission: Submission): Promise<Receipt> {
  const digest = sha256(submission.body);
  const merge = submission.merge ?? 'never';
  const repaired = submission.repairs
    ? await repairedPatch(needs, { ...submission, repairs: submission.repairs, digest, merge })
    : null;
  const workspace = await chooseWorkspace(needs, repaired?.patch.workspace ?? submission.workspace);
  const attempt = {
    ...{ patch: repaired?.patch.id ?? null, workspace: workspace.name, base: null },
    ...{ round: repaired === null ? 0 : repaired.round - 1, rounds: needs.repairRounds },
  };
  await requireOpen(needs, workspace.name);
  const told = phaseOf(submission);
  const inherited = repaired?.patch.terms ?? NO_TERMS;
  const reading = readingOf(workspace, submission.format);
  const members = await readMembers(needs, submission, { reading, attempt });
  const lineage = repaired === null ? (submission.lineage ?? null) : repairOf(repaired);
  const [first, ...rest] = draftsOf(
    needs,
    { ...submission, workspace: workspace.name, lineage, told, inherited },
    members,
  );
  if (first === undefined) throw new TypeError('a text that was read has at least one patch');
  const acceptance = await needs.ledger.accept(first, ...rest);
  if (acceptance.kind === 'unknown-workspace') return removedMeanwhile(needs, workspace.name);
  if (acceptance.kind === 'conflict')
    throw fail('idempotency_conflict', { key: submission.idempotencyKey ?? '', first: acceptance.patch.id });
  if (acceptance.kind === 'repair-taken') {
    const { patch: by } = acceptance;
    throw fail('repair_taken', { id: attemptAfter(lineage) ?? '', by: by.id, state: by.state.name });
  }
  if (acceptance.kind === 'accepted')
    await Promise.all([needs.wakeUps.notify('line'), needs.wakeUps.notify('outbox')]);
  return receiptOf(acceptance, members);
}

/** A lockdown takes nothing in, not even what has a receipt already. @throws GhostError workspace_locked */
async function requireOpen(needs: Pick<Needs, 'chains'>, name: string): Promise<void> {
  const order = (await ordersOf(needs)).modes.get(name);
  if (order?.mode === 'lockdown')
    throw fail('workspace_locked', { name, by: order.by, reason: order.reason });
}

/** As it is named beside the text. @throws GhostError input_invalid */
function phaseOf({ phase }: Pick<Submission, 'phase'>): string | null {
  if (!phase) return null;
  const name = readPhase(phase);
  if (name === null) throw fail('input_invalid', { where: 'phase', problem: 'expected a name such as P14' });
  return name;
}

/** What is known of an attempt before its text is read. Text that cannot be read is not stored and counts as no round. */
type Unread = Omit<Attempt, 'format' | 'faults'>;

/** @throws GhostError patch_unparsable with its repair request; input_invalid for one title over several patches */
async function readMembers(
  needs: Pick<Needs, 'changes'>,
  { body, title, externalId }: Submission,
  { reading, attempt }: { readonly reading: Pick<PatchText, 'format' | 'root'>; readonly attempt: Unread },
): Promise<readonly OutlinedPatch[]> {
  const parsed = await needs.changes.read({ body, ...reading });
  if (parsed.kind === 'faulty')
    throw fail(
      'patch_unparsable',
      { problem: explainFaults(parsed.faults) },
      {
        faults: parsed.faults.map(legibleFault),
        repair: repairRequest({ ...attempt, format: reading.format, faults: parsed.faults }),
      },
    );
  const { patches } = parsed;
  const label = title !== null ? 'title' : externalId ? 'externalId' : null;
  if (label !== null && patches.length > 1)
    throw fail('input_invalid', {
      where: label,
      problem: `names one patch, and this text is a series of ${patches.length}; each takes its own from its mail`,
    });
  return patches;
}

interface Draft extends Omit<Submission, 'workspace' | 'lineage' | 'repairs' | 'phase'> {
  readonly workspace: string;
  readonly lineage: Lineage | null;
  /** The phase that was named beside the text, and the terms of the patch which it repairs. */
  readonly told: string | null;
  readonly inherited: PatchTerms;
}

function draftsOf(
  needs: SubmitNeeds,
  draft: Draft,
  members: readonly OutlinedPatch[],
): readonly AcceptedSubmission[] {
  const acceptedAt = needs.clock.now();
  const named = members.map((member) => ({ ...member, id: patchId(needs.newUlid(acceptedAt)) }));
  const of = named.length;
  return named.map(({ id, body, outline }, at) => ({
    id,
    workspace: draft.workspace,
    title: subjectLine(draft.title ?? outline.title ?? '') || subjectLine(titleOf(outline)),
    author: draft.author,
    origin: draft.origin,
    format: outline.format,
    digest: sha256(body),
    body,
    externalId: draft.externalId ?? outline.externalId,
    idempotencyKey: memberKey(draft.idempotencyKey, at + 1, of),
    lineage: at === 0 ? draft.lineage : null,
    series: of === 1 ? null : { first: named[0]?.id ?? id, index: at + 1, of },
    merge: draft.merge ?? 'never',
    terms: termsOf(draft, outline),
    acceptedAt,
    repetition: draft.force ? 'again' : 'first-receipt',
  }));
}

function termsOf({ told, inherited, flags = [] }: Draft, { terms = NO_TERMS }: Outline): PatchTerms {
  const asked = joinFlags(flags, inherited.flags);
  return { flags: joinFlags(terms.flags, asked), phase: told ?? terms.phase ?? inherited.phase };
}

/** The key of a series is that of its first patch; the others' have a blank in them, which no key from outside has. */
function memberKey(key: string | null, index: number, of: number): string | null {
  return key === null || index === 1 ? key : `${key} ${index}/${of}`;
}

function receiptOf(
  { kind, patch, rest }: Extract<Acceptance, { kind: 'accepted' | 'repeated' }>,
  members: readonly OutlinedPatch[],
): Receipt {
  const repeated = kind === 'repeated';
  const notesOf = (at: number) => members[at]?.outline.notes ?? [];
  const followers = rest.map((one, at) => ({ patch: one, repeated, notes: notesOf(at + 1), rest: [] }));
  return { patch, repeated, notes: notesOf(0), rest: followers };
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
function titleOf({ paths }: Outline): string {
  const [first, ...more] = paths;
  const path = first === undefined ? 'nothing' : legible(first);
  return more.length === 0 ? `Change ${path}` : `Change ${path} and ${more.length} more`;
}
