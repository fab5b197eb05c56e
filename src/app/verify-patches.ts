import { sha256 } from '../core/digest.ts';
import { GhostError } from '../core/errors.ts';
import type { Entry } from '../core/ledger/entry.ts';
import { differences, foldPatch } from '../core/ledger/fold.ts';
import type { Patch } from '../core/patch/patch.ts';
import type { Needs } from './needs.ts';
import { headOf, readChain } from './read-chain.ts';

type PatchNeeds = Pick<Needs, 'ledger' | 'chains'>;

export interface VerifiedPatches {
  readonly patches: readonly Patch[];
  /** Ids of the patches whose chain has them landed. */
  readonly landed: ReadonlySet<string>;
  readonly problems: readonly string[];
}

const PAGE = 1_000;

/**
 * Holds every patch of a workspace against its chain, which alone is the truth: what the ledger says of it is the fold
 * of its entries, and its text has the digest that was accepted. It may run while the service writes.
 */
export async function verifyPatches(needs: PatchNeeds, workspace: string): Promise<VerifiedPatches> {
  const chain = await readChain(needs, await headOf(needs, workspace));
  const told = Map.groupBy(
    chain.entries.filter(({ type }) => type.startsWith('patch.')),
    ({ subject }) => subject,
  );
  const patches = await allPatches(needs, workspace);
  const problems = chain.problems.map(({ problem }) => `the chain: ${problem}`);
  const landed = new Set<string>();
  for (const patch of patches) {
    const entries = told.get(patch.id) ?? [];
    const verified = await verifyPatch(needs, patch, entries);
    problems.push(...verified.problems);
    if (verified.entries.some(({ type }) => type === 'patch.landed')) landed.add(patch.id);
    told.delete(patch.id);
  }
  for (const id of told.keys()) problems.push(`${id} has entries in the chain, and is not in the ledger`);
  return { patches, landed, problems };
}

async function allPatches({ ledger }: PatchNeeds, workspace: string): Promise<readonly Patch[]> {
  const all: Patch[] = [];
  for (let before: number | undefined; ; ) {
    const page = await ledger.list({ workspace, limit: PAGE, ...(before === undefined ? {} : { before }) });
    all.unshift(...page);
    before = page[0]?.seq;
    if (page.length < PAGE || before === undefined) return all;
  }
}

interface VerifiedPatch {
  readonly entries: readonly Entry[];
  readonly problems: readonly string[];
}

async function verifyPatch(
  needs: PatchNeeds,
  patch: Patch,
  entries: readonly Entry[],
): Promise<VerifiedPatch> {
  const known = compare(patch, entries);
  const found = known.length === 0 ? { entries, problems: known } : await compareAtRest(needs, patch);
  return {
    entries: found.entries,
    problems: [...found.problems, ...(await textProblems(needs, patch, entries))],
  };
}

/** Enough for a patch that is just moving; none moves so often within one look. */
const MOST_LOOKS = 5;

/** Looks at patch and entries again until no step came between the two: what then differs was not a step. */
async function compareAtRest(needs: PatchNeeds, { id }: Patch): Promise<VerifiedPatch> {
  for (let look = 1; ; look++) {
    const before = await needs.ledger.find(id);
    const entries = await needs.chains.entriesAbout(id);
    const after = await needs.ledger.find(id);
    if (before === null || after === null) return { entries, problems: [`${id} is not in the ledger`] };
    if (before.version === after.version || look === MOST_LOOKS)
      return { entries, problems: compare(after, entries) };
  }
}

function compare(patch: Patch, entries: readonly Entry[]): string[] {
  const folded = foldPatch(entries);
  if (folded.kind === 'broken') return [`${patch.id}: its chain ${folded.problem}`];
  return differences(patch, folded.patch).map((difference) => `${patch.id}: ${difference}`);
}

/** The digest is taken from the chain where it has one: the ledger's own could be changed with the text. */
async function textProblems(needs: PatchNeeds, patch: Patch, entries: readonly Entry[]): Promise<string[]> {
  const folded = foldPatch(entries);
  const { digest } = folded.kind === 'folded' ? folded.patch : patch;
  try {
    const got = sha256(await needs.ledger.body(patch.id));
    return got === digest ? [] : [`${patch.id}: its text has digest ${got}, accepted was ${digest}`];
  } catch (error) {
    if (error instanceof GhostError && error.code === 'patch_unknown')
      return [`${patch.id}: its text is gone`];
    throw error;
  }
}
