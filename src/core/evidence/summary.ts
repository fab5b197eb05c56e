import { legible } from '../change/bytes.ts';
import { type LegibleFault, legibleFault } from '../change/faults/legible-fault.ts';
import type { SkippedCheck } from '../gate/plan.ts';
import type { Verdict } from '../gate/verdict.ts';
import type { Entry } from '../ledger/entry.ts';
import { cancellationOf } from '../patch/cancellation.ts';
import {
  type Attested,
  attestedIn,
  type ContentDigest,
  type Intent,
  type Patch,
  type PlacedFile,
  takenOffIn,
} from '../patch/patch.ts';
import type { RepairRequest } from '../patch/repair-request.ts';
import { type ApprovalSummary, approvalsSummary } from './approvals-summary.ts';
import { type TermsSummary, termsSummary } from './terms-summary.ts';

/** What is known of a patch, taken from its ledger entries and nothing else. Times are RFC 3339 in UTC. */
export interface Summary {
  readonly version: 1;
  readonly patch: {
    readonly id: string;
    readonly seq: number;
    readonly title: string;
    readonly workspace: string;
    readonly author: string;
    readonly origin: string;
    readonly format: string;
    readonly digest: string;
    readonly sizeBytes: number;
    readonly externalId: string | null;
    readonly lineage: Patch['lineage'];
    readonly series: Patch['series'];
    readonly acceptedAt: string;
  };
  readonly terms: TermsSummary;
  readonly outcome: {
    readonly state: string;
    readonly reason: string | null;
    readonly detail: string | null;
    readonly endedAt: string | null;
  };
  /** Null for a patch that never landed. */
  readonly landing: {
    readonly base: string;
    readonly commit: string;
    readonly tree: string;
    readonly landingSeq: number;
    readonly token: number;
    readonly worktree: string | null;
    readonly readBack: unknown;
    /** The key that signed the commit; null for what landed before commits were signed. */
    readonly signedBy: string | null;
    /** Its signed evidence: the digest of the bundle, and its leaf in the log; null as long as there is none. */
    readonly attested: Attested | null;
    /** Who accepted the branch without it; null while it has to be on the branch. */
    readonly takenOff: { readonly by: string; readonly at: string; readonly reason: string } | null;
  } | null;
  readonly paths: readonly {
    readonly path: string;
    readonly before: ContentDigest | null;
    readonly after: ContentDigest | null;
  }[];
  /** One per time the gate was asked; the last one decided. */
  readonly gates: readonly {
    readonly attempt: number;
    readonly tree: string;
    readonly fingerprint: string;
    readonly verdicts: readonly Verdict[];
    /** How the hunks of each file found their place. */
    readonly fits: readonly { readonly path: string; readonly fit: string }[];
    /** Checks that were not asked of this patch, and why. */
    readonly skipped: readonly SkippedCheck[];
    /** What the gate loses by the `ghost.yml` that the patch leaves behind. */
    readonly weakened: readonly string[];
  }[];
  readonly approvals: readonly ApprovalSummary[];
  readonly faults: readonly LegibleFault[];
  /** What is asked of its author; null where nothing is. */
  readonly repair: RepairRequest | null;
  readonly timeline: readonly {
    readonly n: number;
    readonly at: string;
    readonly event: string;
    readonly actor: string;
    readonly hash: string;
  }[];
}

/** Sums a patch up. @param entries all entries about it, in order */
export function summarise(patch: Patch, entries: readonly Entry[], repair: RepairRequest | null): Summary {
  const {
    id,
    seq,
    title,
    workspace,
    author,
    origin,
    format,
    digest,
    size,
    externalId,
    lineage,
    series,
    acceptedAt,
    state,
  } = patch;
  const intent = state.name === 'landed' ? state.intent : null;
  const gates = gatesOf(entries);
  const last = entries.findLast(({ type }) => /^patch\.(landed|rejected|failed|cancelled)$/.test(type));
  return {
    version: 1,
    patch: {
      id,
      seq,
      title,
      workspace,
      author,
      origin,
      format,
      digest,
      sizeBytes: size,
      externalId,
      lineage,
      series,
      acceptedAt: inUtc(acceptedAt),
    },
    terms: termsSummary(patch, gates.at(-1)?.verdicts ?? [], entries),
    outcome: {
      state: state.name,
      ...whyOver(state),
      endedAt: last === undefined ? null : inUtc(last.at),
    },
    landing: intent && landingOf(patch, intent, entries),
    paths: intent?.paths.map(({ path, before, after }) => ({ path: legible(path), before, after })) ?? [],
    gates,
    approvals: approvalsSummary(entries, intent),
    faults: state.name === 'rejected' ? state.faults.map(legibleFault) : [],
    repair,
    timeline: entries.map(({ n, at, type, actor, hash }) => ({ n, at: inUtc(at), event: type, actor, hash })),
  };
}

function whyOver(state: Patch['state']): Pick<Summary['outcome'], 'reason' | 'detail'> {
  if (state.name === 'cancelled') return cancellationOf(state);
  return {
    reason: 'reason' in state ? state.reason : null,
    detail: 'detail' in state ? state.detail : null,
  };
}

function landingOf(patch: Patch, intent: Intent, entries: readonly Entry[]): NonNullable<Summary['landing']> {
  const { base, commit, tree, landingSeq, token } = intent;
  const landed = entries.find(({ type }) => type === 'patch.landed');
  const worktree = patch.state.name === 'landed' ? patch.state.worktree : null;
  const off = takenOffIn(patch.state);
  const takenOff = off && { ...off, at: inUtc(off.at) };
  const readBack = member(landed?.data, 'readBack');
  const signedBy = intent.evidence?.key ?? null;
  const attested = attestedIn(patch.state);
  return { base, commit, tree, landingSeq, token, worktree, readBack, signedBy, attested, takenOff };
}

function gatesOf(entries: readonly Entry[]): Summary['gates'] {
  const checked = entries.filter(({ type }) => type === 'patch.checked');
  return checked.map(({ data }, index) => ({
    attempt: index + 1,
    tree: String(member(data, 'tree')),
    fingerprint: String(member(data, 'gate')),
    verdicts: verdictsIn(data),
    fits: fitsIn(data),
    skipped: listIn<SkippedCheck>(data, 'skipped'),
    weakened: listIn<string>(data, 'weakened'),
  }));
}

/** Entries of older versions do not have them. */
function fitsIn(data: unknown): Summary['gates'][number]['fits'] {
  const fits = member(data, 'fits');
  if (!Array.isArray(fits)) return [];
  return (fits as readonly PlacedFile[]).map(({ path, fit }) => ({ path: legible(path), fit }));
}

/** The verdicts that a `patch.checked` entry carries. */
export function verdictsIn(data: unknown): readonly Verdict[] {
  return listIn<Verdict>(data, 'verdicts');
}

function listIn<T>(data: unknown, key: string): readonly T[] {
  const list = member(data, key);
  return Array.isArray(list) ? (list as readonly T[]) : [];
}

function member(data: unknown, key: string): unknown {
  return data !== null && typeof data === 'object' && !Array.isArray(data)
    ? Reflect.get(data, key)
    : undefined;
}

function inUtc(at: number): string {
  return new Date(at).toISOString();
}
