import type { Json } from '../json.ts';
import type { Patch } from '../patch/patch.ts';
import type { PatchTerms } from '../patch/terms.ts';
import type { PatchEvent } from '../patch/transition.ts';
import type { EntryDraft } from './entry.ts';
import { jsonOf } from './json-of.ts';

/**
 * What the chain keeps of an acceptance: everything about the patch but its text, which `digest` names, and whether its
 * author insisted on a new one.
 */
export function acceptedEntry(patch: Patch, repetition: 'first-receipt' | 'again'): EntryDraft {
  const {
    digest,
    size,
    origin,
    title,
    format,
    externalId,
    idempotencyKey,
    lineage,
    series,
    merge,
    terms,
    author,
    seq,
  } = patch;
  return {
    chain: patch.workspace,
    at: patch.acceptedAt,
    actor: author,
    type: 'patch.accepted',
    subject: patch.id,
    data: jsonOf({
      ...{
        seq,
        digest,
        size,
        author,
        origin,
        title,
        format,
        externalId,
        idempotencyKey,
        lineage,
        series,
        merge,
        terms,
      },
      repetition,
    }),
  };
}

export interface StepFacts {
  readonly after: Patch;
  readonly event: PatchEvent;
  readonly at: number;
  readonly actor: string;
}

/** What the chain keeps of a step: the whole event, so that the patch's state can be folded from its entries. */
export function stepEntry({ after, event, at, actor }: StepFacts): EntryDraft {
  const { type, ...data } = event;
  return { chain: after.workspace, at, actor, type: `patch.${type}`, subject: after.id, data: jsonOf(data) };
}

/** What the outbox tells of an acceptance. */
export function acceptedNews(patch: Patch): Json {
  const { digest, size, origin, format, externalId, lineage, series, merge, terms } = patch;
  return jsonOf({
    ...whoIs(patch),
    digest,
    size,
    origin,
    format,
    externalId,
    lineage,
    series,
    merge,
    ...asked(terms),
  });
}

/** Nothing for a patch that asks for nothing more: what older versions told stays as it was told. */
function asked(terms: PatchTerms) {
  return terms.phase === null && terms.flags.length === 0 ? {} : { terms };
}

function whoIs(patch: Patch) {
  const { id, workspace, seq, title, author, state } = patch;
  return { patch: id, workspace, seq, title, author, state: state.name };
}

/** What the outbox tells of a step: which patch, and the few facts that a notice about it needs. */
export function stepNews({ after, event }: StepFacts): Json {
  return jsonOf({ ...whoIs(after), ...factsOf(event, after) });
}

const LONGEST_DETAIL = 500;

function factsOf(event: PatchEvent, after: Patch): object {
  switch (event.type) {
    case 'held':
      return { reason: event.reason, pathCount: event.paths.length, ...inDetail(event) };
    case 'checked':
      return { tree: event.tree, gate: event.gate, verdicts: event.verdicts.map(verdictInBrief) };
    case 'intended': {
      const { base, commit, tree, landingSeq, token } = event.intent;
      return { base, commit, tree, landingSeq, token };
    }
    case 'landed':
      return { ...event.readBack, ...landingSeqOf(after) };
    case 'followed':
      return { worktree: event.worktree, ...landingSeqOf(after) };
    case 'taken_off':
      return { by: event.by, reason: event.reason, ...landingSeqOf(after) };
    case 'rejected':
      return {
        reason: event.reason,
        faultCount: event.faults.length,
        fault: event.faults[0]?.message ?? null,
      };
    case 'retried':
    case 'failed': {
      const { type: _, ...facts } = event;
      return { ...facts, detail: event.detail.slice(0, LONGEST_DETAIL) };
    }
    default: {
      const { type: _, ...facts } = event;
      return facts;
    }
  }
}

function inDetail({ detail }: { readonly detail?: string }) {
  return detail === undefined ? {} : { detail: detail.slice(0, LONGEST_DETAIL) };
}

function verdictInBrief({
  check,
  verdict,
  durationMs,
}: {
  check: string;
  verdict: string;
  durationMs: number;
}) {
  return { check, verdict, durationMs };
}

function landingSeqOf({ state }: Patch) {
  return state.name === 'landed' ? { landingSeq: state.intent.landingSeq } : {};
}
