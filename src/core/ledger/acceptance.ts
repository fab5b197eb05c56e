import { type Sha256, sha256 } from '../digest.ts';
import { ANSWERED_BY_FIRST_RECEIPT, NOTHING_SPENT, type Patch, takenOffIn } from '../patch/patch.ts';

/** What a submission says of itself: a patch without what acceptance adds, and with its text. */
export type SubmissionFacts = Omit<Patch, 'seq' | 'size' | 'version' | 'state' | 'executedAt'> & {
  readonly body: Uint8Array;
};

/** The patch that a submission becomes. Unpaired surrogates are replaced: no store could give them back. */
export function acceptedPatch(submission: SubmissionFacts, seq: number): Patch {
  const { id, workspace, origin, format, digest, lineage, series, merge, terms, acceptedAt, body } =
    submission;
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
    terms,
    acceptedAt,
    version: 1,
    state: { name: 'queued', notBefore: null, spent: NOTHING_SPENT },
    executedAt: null,
  };
}

/** What was submitted as one text, in order: a single patch, or all patches of a series. All have one merge rule and the flags of the first. */
type Text = readonly Pick<Patch, 'digest' | 'format' | 'merge' | 'terms'>[];

/**
 * What answers for the content of a text: the digest of its patch, or one of all digests of its series, which is held by
 * the first of them. The same text under another merge rule, or with other flags, is an attempt of its own.
 */
export function claimOf(text: Text): Sha256 {
  const [first] = text;
  if (first === undefined) throw new TypeError('a text without patches claims nothing');
  const told: readonly string[] = [
    ...text.map(({ digest }) => digest),
    ...(first.merge === 'never' ? [] : [first.merge]),
    ...first.terms.flags,
  ];
  // The plain digest is what earlier versions have claimed.
  return told.length === 1 ? first.digest : sha256(told.join('\n'));
}

/** How a text relates to the patches that hold its key and to those that answer for its content. */
export type Precedent =
  | { readonly kind: 'none'; readonly claim: 'free' | 'taken' }
  | { readonly kind: 'repeated'; readonly patches: readonly Patch[] }
  | { readonly kind: 'conflict'; readonly patches: readonly Patch[] };

/** The patches that came in one text with the one that was found; empty where none was. */
interface Known {
  readonly byKey: readonly Patch[];
  readonly byContent: readonly Patch[];
}

/**
 * A key decides alone: known with the same content, read and merged in the same way, it repeats, known with another it is
 * a conflict, and an unknown one always makes new patches. Without a key the change decides, unless new patches were
 * asked for.
 */
export function precedentOf(
  text: Text,
  said: { readonly key: string | null; readonly repetition: 'first-receipt' | 'again' },
  { byKey, byContent }: Known,
): Precedent {
  const isAnswered = byContent.length > 0 && byContent.every(keepsClaim);
  const none = { kind: 'none', claim: isAnswered ? 'taken' : 'free' } as const;
  if (said.key !== null) {
    if (byKey.length === 0) return none;
    return { kind: isSame(text, byKey) ? 'repeated' : 'conflict', patches: byKey };
  }
  if (said.repetition === 'again' || !isAnswered || !isSame(text, byContent)) return none;
  return { kind: 'repeated', patches: byContent };
}

/** The same bytes read as another form, under another merge rule or with other flags, are another patch. */
function isSame(text: Text, patches: readonly Patch[]): boolean {
  const told = (all: Text) =>
    all.map(({ digest, format, merge, terms }) => [digest, format, merge, ...terms.flags].join(' ')).join();
  return told(text) === told(patches);
}

/**
 * Whether a patch keeps the right to answer for its content, once it has it: what was taken off the branch again does not.
 * A series does while all of its patches do.
 */
export function keepsClaim({ state }: Patch): boolean {
  return ANSWERED_BY_FIRST_RECEIPT.has(state.name) && takenOffIn(state) === null;
}
