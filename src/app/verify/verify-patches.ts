import { sha256 } from '../../core/digest.ts';
import { GhostError } from '../../core/errors.ts';
import type { Entry } from '../../core/ledger/entry.ts';
import { differences, foldPatch } from '../../core/ledger/fold.ts';
import { isPatchId } from '../../core/patch/id.ts';
import type { Patch } from '../../core/patch/patch.ts';
import type { Needs } from '../needs.ts';
import { chainPages, headOf } from '../read-chain.ts';

type PatchNeeds = Pick<Needs, 'ledger' | 'chains'>;

/** What is told of each patch; the entries are its own, in order. */
export interface Visit {
  patch(patch: Patch, entries: readonly Entry[]): Promise<void>;
  /** Every entry of the chain that is not a patch's. */
  entry(entry: Entry): void;
  problem(problem: string): void;
}

const PAGE = 500;

/**
 * Holds every patch of a workspace against its chain, which alone is the truth: what the ledger says of it is the fold
 * of its entries, and its text has the digest that was accepted. It may run while the service writes, and holds a page
 * of entries and one of patches at a time, however long the history is.
 */
export async function verifyPatches(needs: PatchNeeds, workspace: string, visit: Visit): Promise<void> {
  await verifyChainOf(needs, workspace, visit);
  for (let before: number | undefined; ; ) {
    const page = await needs.ledger.list({
      ...{ workspace, limit: PAGE },
      ...(before === undefined ? {} : { before }),
    });
    for (const patch of page.toReversed()) await verifyPatch(needs, patch, visit);
    before = page[0]?.seq;
    if (page.length < PAGE || before === undefined) return;
  }
}

/** Subjects that were just looked up: the entries of a patch mostly stand together. */
const MOST_REMEMBERED = 10_000;

async function verifyChainOf(needs: PatchNeeds, workspace: string, visit: Visit): Promise<void> {
  const known = new Set<string>();
  const absent = new Set<string>();
  const isAbsent = async (id: string) => {
    if (known.has(id) || absent.has(id)) return false;
    const found = isPatchId(id) ? await needs.ledger.find(id) : null;
    if (known.size > MOST_REMEMBERED) known.clear();
    (found === null ? absent : known).add(id);
    return found === null;
  };
  for await (const { entries, problems } of chainPages(needs, await headOf(needs, workspace))) {
    for (const { problem } of problems) visit.problem(`the chain: ${problem}`);
    for (const entry of entries) {
      if (!entry.type.startsWith('patch.')) visit.entry(entry);
      else if (await isAbsent(entry.subject))
        visit.problem(`${entry.subject} has entries in the chain, and is not in the ledger`);
    }
  }
}

/** One patch against its own entries, and its text. */
export async function verifyPatch(
  needs: PatchNeeds,
  patch: Patch,
  visit: Omit<Visit, 'entry'>,
): Promise<void> {
  const entries = await entriesOf(needs, patch);
  const known = compare(patch, entries);
  const found = known.length === 0 ? { entries, problems: known } : await compareAtRest(needs, patch);
  for (const problem of found.problems) visit.problem(problem);
  for (const problem of await textProblems(needs, patch, entries)) visit.problem(problem);
  await visit.patch(patch, found.entries);
}

async function entriesOf({ chains }: PatchNeeds, { id, workspace }: Patch): Promise<readonly Entry[]> {
  const about = await chains.entriesAbout(id);
  return about.filter(({ chain, type }) => chain === workspace && type.startsWith('patch.'));
}

/** Enough for a patch that is just moving; none moves so often within one look. */
const MOST_LOOKS = 5;

/** Looks at patch and entries again until no step came between the two: what then differs was not a step. */
async function compareAtRest(
  needs: PatchNeeds,
  { id }: Patch,
): Promise<{ readonly entries: readonly Entry[]; readonly problems: readonly string[] }> {
  for (let look = 1; ; look++) {
    const before = await needs.ledger.find(id);
    const entries = before === null ? [] : await entriesOf(needs, before);
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
