import { legible } from '../change/bytes.ts';
import { sha256 } from '../digest.ts';
import type { Json } from '../json.ts';
import type { Entry } from '../ledger/entry.ts';
import { eventIn } from '../ledger/fold.ts';
import type { Attested, ContentDigest, Intent, Patch } from '../patch/patch.ts';
import type { PatchEvent } from '../patch/transition.ts';
import { gateOf } from './gate-facts.ts';
import { STATEMENT, type Statement, type Subject } from './statement.ts';
import { testResults } from './test-result.ts';

/**
 * A name that no domain stands behind: the UUID was drawn once, for this, and the fragment says what is meant. Whoever changes
 * what the predicate means gives it another version.
 */
export const MUTATION = 'urn:uuid:75c4c801-6280-4415-8380-9fec6136f4d4#ghost/mutation/v1';

/** The rules by which a change becomes files. A new number whenever the same text on the same base could give another tree. */
const ENGINE_RULES = 1;

export interface Landing {
  /** Landed. */
  readonly patch: Patch;
  /** All of its entries, in order; those after the landing are not looked at. */
  readonly entries: readonly Entry[];
  readonly leaf: number;
  /** What the leaf before it holds; null for the first of a log. */
  readonly previous: Attested | null;
}

/** A landing told from its entries alone, so that telling it again gives the same bytes: the mutation first, then a result for each check. */
export function statementsOf(landing: Landing): readonly [Statement, ...Statement[]] {
  const { patch } = landing;
  if (patch.state.name !== 'landed') throw new TypeError(`${patch.id} is ${patch.state.name}, not landed`);
  const { intent } = patch.state;
  const told = toldIn(landing.entries);
  const mutation: Statement = {
    _type: STATEMENT,
    subject: [...commitAndTree(intent), ...pathsAfter(intent)],
    predicateType: MUTATION,
    predicate: mutationOf(landing, intent, told),
  };
  return [mutation, ...testResults(told.checked?.event ?? null, commitAndTree(intent))];
}

interface Told<Type extends PatchEvent['type']> {
  readonly entry: Entry;
  readonly event: Extract<PatchEvent, { type: Type }>;
}

interface ToldLanding {
  readonly landed: Told<'landed'>;
  readonly claimed: Told<'claimed'> | null;
  /** Null where a person waived the gate. */
  readonly checked: Told<'checked'> | null;
  readonly approved: readonly Told<'approved'>[];
}

function toldIn(entries: readonly Entry[]): ToldLanding {
  const end = entries.findIndex(({ type }) => type === 'patch.landed');
  const until = entries.slice(0, end + 1);
  const [landed] = told(until, 'landed');
  if (landed === undefined) throw new TypeError('a landing without an entry');
  return {
    landed,
    claimed: told(until, 'claimed').at(-1) ?? null,
    checked: told(until, 'checked').at(-1) ?? null,
    approved: told(until, 'approved'),
  };
}

function told<Type extends PatchEvent['type']>(entries: readonly Entry[], type: Type): readonly Told<Type>[] {
  return entries
    .filter((entry) => entry.type === `patch.${type}`)
    .map((entry) => ({ entry, event: eventIn(entry) as Extract<PatchEvent, { type: Type }> }));
}

/** A path never holds a colon: these names are nobody's file. */
function commitAndTree({ commit, tree }: Intent): readonly Subject[] {
  return [
    { name: 'git:commit', digest: { gitCommit: commit } },
    { name: 'git:tree', digest: { gitTree: tree } },
  ];
}

/** What is deleted has no content that a digest could name; the predicate tells it. */
function pathsAfter({ paths }: Intent): readonly Subject[] {
  return paths.flatMap(({ path, after }) =>
    after === null ? [] : [{ name: legible(path), digest: { gitBlob: after.blob, sha256: after.sha256 } }],
  );
}

function mutationOf(landing: Landing, intent: Intent, facts: ToldLanding): Json {
  const { patch, leaf, previous } = landing;
  const { landed, claimed, checked, approved } = facts;
  const fits = checked?.event.fits ?? [];
  return {
    patch: {
      ...{ id: patch.id, seq: patch.seq, workspace: patch.workspace, title: patch.title },
      terms: { phase: patch.terms.phase, flags: [...patch.terms.flags] },
    },
    request: requestOf(patch),
    base: { gitCommit: intent.base, gitTree: intent.evidence?.baseTree ?? null },
    application: {
      rules: ENGINE_RULES,
      merge: patch.merge,
      fits: fits.map(({ path, fit }) => ({ path: legible(path), fit })),
    },
    gate: gateOf(checked?.event ?? null),
    approvals: approved.map(({ entry, event }) => ({
      ...{ by: event.by, at: inUtc(entry.at), base: { gitCommit: event.base } },
      effect: { sha256: event.effect },
    })),
    result: {
      ...{ gitCommit: intent.commit, gitTree: intent.tree },
      ...{ landingNumber: intent.landingSeq, token: intent.token },
      key: intent.evidence?.key ?? null,
      paths: intent.paths.map(({ path, before, after }) => ({
        ...{ path: legible(path), before: contentOf(before), after: contentOf(after) },
      })),
    },
    startedOn: inUtc(claimed?.entry.at ?? landed.entry.at),
    finishedOn: inUtc(landed.entry.at),
    runner: landed.entry.actor,
    ledger: { chain: landed.entry.chain, entry: landed.entry.n, sha256: landed.entry.hash },
    log: {
      leaf,
      previous: previous && { leaf: previous.leaf, sha256: previous.bundle },
    },
  };
}

function requestOf(patch: Patch): Json {
  const { format, digest, size, author, origin, externalId, idempotencyKey, acceptedAt } = patch;
  return {
    ...{ format, sha256: digest, sizeBytes: size, author, origin, externalId },
    idempotencyKey: idempotencyKey && { sha256: sha256(idempotencyKey) },
    acceptedOn: inUtc(acceptedAt),
    lineage: patch.lineage && { ...patch.lineage },
    series: patch.series && { ...patch.series },
  };
}

function contentOf(content: ContentDigest | null): Json {
  return content && { mode: content.mode, gitBlob: content.blob, sha256: content.sha256 };
}

function inUtc(at: number): string {
  return new Date(at).toISOString();
}
