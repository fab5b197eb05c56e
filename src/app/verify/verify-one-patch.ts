import type { Sha256 } from '../../core/digest.ts';
import { fail, GhostError } from '../../core/errors.ts';
import type { Tree } from '../../core/evidence/log/merkle.ts';
import { bundleLeaf, inclusionProof, isIncluded, logRoot } from '../../core/evidence/log/merkle.ts';
import { logOrigin } from '../../core/evidence/log-files.ts';
import type { CommitId } from '../../core/git.ts';
import { isPatchId, type PatchId } from '../../core/patch/id.ts';
import type { Attested } from '../../core/patch/patch.ts';
import { chooseWorkspace } from '../choose-workspace.ts';
import { attestedFrom } from '../evidence/attested-patches.ts';
import type { Holding } from '../holding.ts';
import type { Needs } from '../needs.ts';
import { replayLanding } from './replay-landing.ts';
import { withdrawnProblems } from './seen-log.ts';
import type { Trusting } from './trusting.ts';
import { entryProblems } from './verify-entries.ts';
import { type Findings, joined, type LandedPatch } from './verify-evidence.ts';
import { verifyLanding } from './verify-landing.ts';
import {
  checkCheckpoint,
  copyProblems,
  frontierProblems,
  readLog,
  sightingProblems,
  trustCopyProblems,
} from './verify-log.ts';
import { verifyPatch } from './verify-patches.ts';
import { Witness } from './witness.ts';

export interface PatchReport {
  readonly ok: boolean;
  readonly patch: string;
  readonly workspace: string;
  /** Null for a patch that has not landed: nothing but its entries was verified. */
  readonly commit: string | null;
  readonly problems: readonly string[];
  readonly unproven: readonly string[];
}

export type OnePatchNeeds = Parameters<typeof Witness.with>[0] &
  Pick<Needs, 'outbox' | 'changes' | 'workspaces' | 'repositories'>;

type Place = Pick<Holding, 'workspace' | 'open'>;

/** Leaves of a log that were read before; whoever verifies many patches reads them once. */
export type KnownLeaves = readonly Pick<Attested, 'bundle'>[];

/**
 * Everything that is known of one patch, and of the others no more than the leaves of the log: its entries where they stand, its
 * text, its commit, the tree computed again, its evidence, its gate, and its place under the published checkpoint.
 * @throws GhostError patch_unknown
 */
export async function verifyOnePatch(
  needs: OnePatchNeeds,
  place: Place,
  {
    id,
    pinned,
    leaves,
  }: { readonly id: PatchId; readonly pinned: Sha256 | null; readonly leaves?: KnownLeaves },
): Promise<PatchReport> {
  const witness = await Witness.with(needs, { from: 1, pinned });
  const found: Findings[] = [{ problems: witness.trustProblems(), unproven: [] }];
  const patch = await needs.ledger.find(id);
  if (patch === null) {
    if ((await needs.chains.entriesAbout(id)).length === 0) throw fail('patch_unknown', { id });
    found.push({ problems: [`${id} has entries in the chain, and is not in the ledger`], unproven: [] });
  } else
    await verifyPatch(needs, patch, {
      problem: (problem) => void found.push({ problems: [problem], unproven: [] }),
      patch: async (at, entries) => {
        found.push({ problems: await entryProblems(needs, entries), unproven: [] });
        if (at.state.name !== 'landed') return;
        const landed = { patch: at, intent: at.state.intent, entries };
        found.push(await commitFindings(needs, place, landed, witness));
        const { attested = null } = at.state;
        found.push(await inclusionOf(needs, place, { attested, trusting: witness.trusting, leaves }));
      },
    });
  const all = joined(found);
  const commit = patch?.state.name === 'landed' ? patch.state.intent.commit : null;
  return { ...all, ok: all.problems.length === 0, patch: id, workspace: place.workspace.name, commit };
}

async function commitFindings(needs: OnePatchNeeds, place: Place, landed: LandedPatch, witness: Witness) {
  const { patch, intent } = landed;
  const onBranch = await place.open.history.holds(intent.commit);
  const isTakenOff = patch.state.name === 'landed' && patch.state.takenOff !== undefined;
  const problems = await verifyLanding(place.open.history, { id: patch.id, intent });
  const replayed = await replayLanding(needs, place, { patch, intent });
  const off = `${patch.id} is landed as ${intent.commit}, which is not on the branch`;
  return joined([
    { problems: [...problems, ...replayed.problems, ...(onBranch || isTakenOff ? [] : [off])], unproven: [] },
    await witness.landed(place, landed, replayed),
  ]);
}

async function inclusionOf(
  needs: OnePatchNeeds,
  { workspace, open }: Place,
  asked: {
    readonly attested: Attested | null;
    readonly trusting: Trusting;
    readonly leaves: KnownLeaves | undefined;
  },
) {
  const { attested, trusting } = asked;
  const nothing = { problems: [], unproven: [] };
  if (attested === null || trusting.kind !== 'trusting') return nothing;
  const log = open.objects === undefined ? null : await readLog(open.objects, workspace.branch);
  const origin = logOrigin(trusting.trust.installation, workspace.name);
  if (log === null) {
    const problems = await withdrawnProblems(needs, origin, null);
    return { problems, unproven: ['no log of its evidence is published in the repository'] };
  }
  const checked = await checkCheckpoint(log, trusting.trust, workspace.name);
  if (checked.kind === 'broken') return { problems: [checked.problem], unproven: [] };
  const { tree } = checked;
  if (attested.leaf >= tree.size)
    return {
      problems: await withdrawnProblems(needs, origin, tree.size),
      unproven: [`leaf ${attested.leaf} is not under a published checkpoint yet`],
    };
  const leaves = asked.leaves ?? (await leavesOf(needs, workspace.name));
  return {
    problems: [
      ...(isUnder(tree, attested, leaves)
        ? []
        : [`leaf ${attested.leaf} is not in the tree of the checkpoint`]),
      ...frontierProblems(log.frontier, tree),
      ...(await trustCopyProblems(log, trusting.file)),
      ...(await copyProblems(log, attested.leaf, attested.bundle)),
      ...(await sightingProblems(needs, origin, leaves)),
      ...(await withdrawnProblems(needs, origin, tree.size)),
    ],
    unproven: [],
  };
}

/** The proof is made of the other leaves, and held against the root that was signed. */
function isUnder(tree: Tree, { leaf, bundle }: Attested, leaves: KnownLeaves): boolean {
  const hashes = leaves.slice(0, tree.size).map((each) => bundleLeaf(each.bundle));
  if (hashes.length < tree.size || logRoot(hashes) !== tree.root) return false;
  const proof = inclusionProof(hashes, leaf);
  return isIncluded({ leaf: bundleLeaf(bundle), index: leaf, proof }, tree);
}

export async function leavesOf(needs: Pick<Needs, 'chains'>, workspace: string): Promise<KnownLeaves> {
  return attestedFrom(needs, { workspace, leaf: 0, limit: Number.MAX_SAFE_INTEGER });
}

/** By the id of a patch, or of the commit that it landed as, which may be shortened. @throws GhostError patch_unknown */
export async function openOnePatch(
  needs: OnePatchNeeds,
  what: string,
  pinned: Sha256 | null,
): Promise<PatchReport> {
  const id = isPatchId(what) ? what : await patchOfCommit(needs, what);
  if (id === null || !isPatchId(id)) throw fail('patch_unknown', { id: what });
  const [first] = await needs.chains.entriesAbout(id);
  const name = first?.chain ?? (await needs.ledger.find(id))?.workspace;
  if (name === undefined) throw fail('patch_unknown', { id });
  const workspace = await chooseWorkspace(needs, name);
  const open = await needs.repositories.open(workspace);
  try {
    return await verifyOnePatch(needs, { workspace, open }, { id, pinned });
  } finally {
    await open.repository.close();
  }
}

/** The patch that a commit names, in whichever workspace it stands. */
async function patchOfCommit(
  needs: Pick<Needs, 'workspaces' | 'repositories' | 'ledger'>,
  id: string,
): Promise<string | null> {
  for (const workspace of await needs.workspaces.list()) {
    const open = await needs.repositories.open(workspace).catch(nullIfUnreadable);
    if (open === null) continue;
    try {
      const object = await open.objects?.read(id);
      if (object?.type !== 'commit') continue;
      const commit = await open.history.commit(object.id as CommitId);
      if (commit?.patch) return commit.patch;
    } finally {
      await open.repository.close();
    }
  }
  return null;
}

function nullIfUnreadable(error: unknown): null {
  if (error instanceof GhostError) return null;
  throw error;
}
