import { type CheckedBundle, checkBundle } from '../../core/evidence/check-bundle.ts';
import { commitSignature } from '../../core/evidence/commit-signature.ts';
import { keyIdOf } from '../../core/evidence/ed25519.ts';
import { MUTATION, statementsOf } from '../../core/evidence/mutation.ts';
import { statementBytes } from '../../core/evidence/statement.ts';
import { type Moment, type Trust, trustedKey } from '../../core/evidence/trust/trust.ts';
import type { CommitId } from '../../core/git.ts';
import { canonicalJson } from '../../core/json.ts';
import type { Entry } from '../../core/ledger/entry.ts';
import type { Attested, Intent, Patch } from '../../core/patch/patch.ts';
import type { Objects, OpenRepository } from '../../ports/repository.ts';
import type { Needs } from '../needs.ts';

export interface LandedPatch {
  readonly patch: Patch;
  readonly intent: Intent;
  /** Its own, in order. */
  readonly entries: readonly Entry[];
}

/** What was found of one landing. */
export interface Findings {
  readonly problems: readonly string[];
  /** What nobody can tell any more, or not yet: it is neither right nor wrong. */
  readonly unproven: readonly string[];
}

export function joined(found: readonly Findings[]): Findings {
  return {
    problems: found.flatMap(({ problems }) => problems),
    unproven: found.flatMap(({ unproven }) => unproven),
  };
}

export interface EvidenceFindings extends Findings {
  /** Where its bundle stands in the log; null where it has none. */
  readonly leaf: Leaf | null;
}

export interface Leaf extends Attested {
  /** What its statement says of the leaf before it. */
  readonly previous: Attested | null;
}

type EvidenceNeeds = Pick<Needs, 'evidence'>;

/**
 * Holds the signed evidence of a landing against the ledger: the bytes that were kept, signed by a key that could sign then, and
 * saying exactly what the ledger's entries give when they are told again; and the signature of the commit.
 */
export async function verifyEvidence(
  needs: EvidenceNeeds,
  { open, trust }: { readonly open: Pick<OpenRepository, 'objects'>; readonly trust: Trust },
  landed: LandedPatch,
): Promise<EvidenceFindings> {
  const { patch, intent, entries } = landed;
  const attested = patch.state.name === 'landed' ? (patch.state.attested ?? null) : null;
  const name = `${intent.commit} of ${patch.id}`;
  if (intent.evidence === undefined) {
    const why = `${name} landed before evidence was signed`;
    return { problems: attested === null ? [] : [`${why}, and is attested`], unproven: [why], leaf: null };
  }
  const signature = await signatureProblems(open, trust, landed);
  if (attested === null)
    return {
      problems: signature.problems,
      unproven: [...signature.unproven, `${name} is not attested yet`],
      leaf: null,
    };
  const checked = await bundleIn(needs, trust, {
    patch,
    attested,
    entries,
  });
  if (checked.kind === 'broken')
    return {
      problems: [...signature.problems, ...checked.problems.map((problem) => `${name}: ${problem}`)],
      unproven: signature.unproven,
      leaf: { ...attested, previous: null },
    };
  const previous = previousIn(checked.payloads);
  const again = retellingFindings(landed, { attested, previous, payloads: checked.payloads });
  return {
    problems: [...signature.problems, ...again.problems.map((problem) => `${name}: ${problem}`)],
    unproven: [...signature.unproven, ...again.unproven.map((why) => `${name}: ${why}`)],
    leaf: { ...attested, previous },
  };
}

async function bundleIn(
  { evidence }: EvidenceNeeds,
  trust: Trust,
  {
    patch,
    attested,
    entries,
  }: { readonly patch: Patch; readonly attested: Attested; readonly entries: readonly Entry[] },
): Promise<CheckedBundle> {
  const signed = momentOf(entries, 'patch.attested');
  if (signed === null) return { kind: 'broken', problems: ['no entry tells when its evidence was signed'] };
  const bytes = await evidence.read(patch.id, attested.bundle);
  if (bytes === null) return { kind: 'broken', problems: ['its evidence is gone'] };
  return checkBundle({ bytes, digest: attested.bundle, workspace: patch.workspace, signed }, trust);
}

/** Of the newest of its entries of this type; null where none is left. */
function momentOf(entries: readonly Entry[], type: Entry['type']): Moment | null {
  const entry = entries.findLast((each) => each.type === type);
  return entry === undefined ? null : { kind: 'at', time: entry.at };
}

interface Told {
  readonly attested: Attested;
  readonly previous: Attested | null;
  readonly payloads: readonly Uint8Array[];
}

/** The same entries give the same statements, byte by byte: whatever of them was changed since, shows. */
function retellingFindings(
  { patch, entries }: LandedPatch,
  { attested, previous, payloads }: Told,
): Findings {
  const kind = membersOf(parsed(payloads[0] ?? new Uint8Array(0))).predicateType;
  if (kind !== MUTATION)
    return { problems: [], unproven: [`its evidence was told as ${kind}, which this version does not tell`] };
  const expected = retold({ patch, entries, leaf: attested.leaf, previous });
  if (typeof expected === 'string')
    return problem(`its evidence cannot be told again from the ledger: ${expected}`);
  if (expected.length !== payloads.length)
    return problem(`its evidence has ${payloads.length} statements, the ledger gives ${expected.length}`);
  const problems = expected.flatMap((bytes, at) => {
    const signed = payloads[at] ?? new Uint8Array(0);
    return Buffer.from(bytes).equals(signed)
      ? []
      : [`statement ${at + 1} of its evidence says otherwise than the ledger: ${difference(signed, bytes)}`];
  });
  return { problems, unproven: [] };
}

function retold(landing: Parameters<typeof statementsOf>[0]): readonly Uint8Array[] | string {
  try {
    return statementsOf(landing).map(statementBytes);
  } catch (error) {
    // Entries that were changed can have any form.
    return error instanceof Error ? error.message : String(error);
  }
}

/** The member that differs, by its path; what the difference is stands in the two. */
function difference(signed: Uint8Array, told: Uint8Array): string {
  return pathOfDifference(parsed(signed), parsed(told), []) ?? 'it is spelt in another way';
}

function pathOfDifference(one: unknown, other: unknown, path: readonly string[]): string | null {
  if (canonicalJson(one) === canonicalJson(other)) return null;
  if (isMembers(one) && isMembers(other))
    for (const name of new Set([...Object.keys(one), ...Object.keys(other)])) {
      const found = pathOfDifference(one[name] ?? null, other[name] ?? null, [...path, name]);
      if (found !== null) return found;
    }
  return path.join('.');
}

function isMembers(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object';
}

function previousIn([mutation]: readonly Uint8Array[]): Attested | null {
  const { predicate } = membersOf(parsed(mutation ?? new Uint8Array(0)));
  const { previous } = membersOf(membersOf(predicate).log);
  const { leaf, sha256 } = membersOf(previous);
  return typeof leaf === 'number' && typeof sha256 === 'string'
    ? { leaf, bundle: sha256 as Attested['bundle'] }
    : null;
}

/** Null for what is no JSON. */
function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return null;
  }
}

function membersOf(value: unknown): Record<string, unknown> {
  return isMembers(value) ? value : {};
}

const SHA1_DIGITS = 40;

/** What the commit itself carries: a signature that anybody can check with git alone. */
async function signatureProblems(
  { objects }: Pick<OpenRepository, 'objects'>,
  trust: Trust,
  { patch, intent, entries }: LandedPatch,
): Promise<Findings> {
  const { commit, evidence } = intent;
  const name = `${commit} of ${patch.id}`;
  if (objects === undefined)
    return { problems: [], unproven: [`${name}: the signature cannot be read here`] };
  const signed = momentOf(entries, 'patch.intended');
  if (signed === null)
    return { problems: [`${name}: no entry tells when the commit was signed`], unproven: [] };
  const key = evidence?.key ?? null;
  const asked = { commit, key, workspace: patch.workspace, signed };
  const problems = await checkCommitSignature(objects, trust, asked);
  return { problems: problems.map((one) => `${name}: ${one}`), unproven: [] };
}

interface SignedCommit {
  readonly commit: CommitId;
  /** Recorded as the one that signed it; absent where nothing is recorded. */
  readonly key?: string | null;
  readonly workspace: string;
  readonly signed: Moment;
}

/** A commit that is not there is told by whoever looks for it. */
export async function checkCommitSignature(
  objects: Objects,
  trust: Trust,
  { commit, key, workspace, signed }: SignedCommit,
): Promise<readonly string[]> {
  const object = await objects.read(commit);
  if (object === null) return [];
  const header = commit.length === SHA1_DIGITS ? 'gpgsig' : 'gpgsig-sha256';
  const found = commitSignature(object.bytes, header);
  if (found.kind === 'unsigned') return ['the commit is not signed'];
  if (found.kind === 'broken') return [found.problem];
  const keyId = keyIdOf(found.publicKey);
  if (key !== undefined && keyId !== key)
    return [`the commit is signed by key ${keyId}, recorded is ${key ?? 'none'}`];
  const trusted = trustedKey(trust, { keyId, workspace, signed });
  return trusted.kind === 'trusted' ? [] : [trusted.why];
}

function problem(text: string): Findings {
  return { problems: [text], unproven: [] };
}
