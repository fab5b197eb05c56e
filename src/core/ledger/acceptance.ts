import type { Sha256 } from '../digest.ts';
import { ANSWERED_BY_FIRST_RECEIPT, NOTHING_SPENT, type Patch } from '../patch/patch.ts';

/** What a submission says of itself: a patch without what acceptance adds, and with its text. */
export type SubmissionFacts = Omit<Patch, 'seq' | 'size' | 'version' | 'state' | 'executedAt'> & {
  readonly body: Uint8Array;
};

/** The patch that a submission becomes. Unpaired surrogates are replaced: no store could give them back. */
export function acceptedPatch(submission: SubmissionFacts, seq: number): Patch {
  const { id, workspace, origin, format, digest, lineage, series, merge, acceptedAt, body } = submission;
  return {
    id,
    seq,
    workspace,
    title: submission.title.toWellFormed(),
    author: submission.author.toWellFormed(),
    origin,
    format,
    digest,
    size: body.length,
    externalId: submission.externalId?.toWellFormed() ?? null,
    idempotencyKey: submission.idempotencyKey?.toWellFormed() ?? null,
    lineage,
    series,
    merge,
    acceptedAt,
    version: 1,
    state: { name: 'queued', notBefore: null, spent: NOTHING_SPENT },
    executedAt: null,
  };
}

/** How a submission relates to the patch that holds its key and to the one that answers for its content. */
export type Precedent =
  | { readonly kind: 'none' }
  | { readonly kind: 'repeated' | 'conflict'; readonly patch: Patch };

/**
 * A key decides alone: known with the same content it repeats, known with other content it is a conflict, and an
 * unknown one always makes a new patch. Without a key the content decides, unless a new patch was asked for.
 */
export function precedentOf(
  submission: {
    readonly digest: Sha256;
    readonly idempotencyKey: string | null;
    readonly repetition: 'first-receipt' | 'again';
  },
  known: { readonly byKey: Patch | null; readonly byContent: Patch | null },
): Precedent {
  if (submission.idempotencyKey !== null) {
    const { byKey } = known;
    if (byKey === null) return { kind: 'none' };
    return { kind: byKey.digest === submission.digest ? 'repeated' : 'conflict', patch: byKey };
  }
  if (submission.repetition === 'again' || known.byContent === null) return { kind: 'none' };
  return { kind: 'repeated', patch: known.byContent };
}

/** Whether a patch keeps the right to answer for its content, once it has it. */
export function keepsClaim(patch: Patch): boolean {
  return ANSWERED_BY_FIRST_RECEIPT.has(patch.state.name);
}
