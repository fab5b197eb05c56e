import type { FileChange } from '../../core/change/change.ts';
import { type Sha256, sha256 } from '../../core/digest.ts';
import { checkBundle } from '../../core/evidence/check-bundle.ts';
import { readCheckpoint } from '../../core/evidence/log/checkpoint.ts';
import { bundleLeaf, logRoot } from '../../core/evidence/log/merkle.ts';
import { readNote } from '../../core/evidence/log/note.ts';
import { TRUST } from '../../core/evidence/log-files.ts';
import { readMutationOf, type ToldMutation } from '../../core/evidence/read-mutation.ts';
import type { Trust } from '../../core/evidence/trust/trust.ts';
import type { CommitId } from '../../core/git.ts';
import type { Workspace } from '../../core/workspace.ts';
import type { Objects, OpenRepository } from '../../ports/repository.ts';
import type { Needs } from '../needs.ts';
import { installationOf, rememberLog, seenLog, withdrawnProblems } from './seen-log.ts';
import { rememberTrust, type Trusting, trustingIn } from './trusting.ts';
import { checkCommitSignature } from './verify-evidence.ts';
import {
  checkCheckpoint,
  frontierProblems,
  type PublishedLog,
  readLog,
  sightingProblems,
} from './verify-log.ts';

export interface PublishedReport {
  readonly ok: boolean;
  readonly repository: string;
  readonly branch: string;
  /** The name of the log; null where there is none. */
  readonly origin: string | null;
  /** Landings whose evidence was held against the repository. */
  readonly landings: number;
  readonly problems: readonly string[];
  readonly unproven: readonly string[];
}

export interface PublishedRequest {
  readonly repo: string;
  readonly branch: string | null;
  /** Null: the copy that the log has is taken, which a pin should stand behind. */
  readonly trustFile: Uint8Array | null;
  readonly pinned: Sha256 | null;
}

type PublishedNeeds = Pick<Needs, 'sightings'> & {
  readonly repositories: Pick<Needs['repositories'], 'open' | 'inspect'>;
};

/**
 * For whoever does not trust us and has the repository alone: every landing in its log is signed by a key of the trust file, and is
 * what the branch has; nothing of a ledger is asked. The texts of patches are not in a repository, so that what a patch did to its
 * base is held against the recorded content of each path, and not done again.
 * @throws GhostError repository_invalid, branch_unknown
 */
export async function verifyPublished(
  needs: PublishedNeeds,
  { repo, branch: asked, trustFile, pinned }: PublishedRequest,
): Promise<PublishedReport> {
  const place = await needs.repositories.inspect(repo, asked);
  const open = await needs.repositories.open(asWorkspace(place));
  try {
    const { objects } = open;
    const log = objects === undefined ? null : await readLog(objects, place.branch);
    const about = { repository: repo, branch: place.branch };
    const seen = await seenLog(needs, place);
    if (objects === undefined || log === null) {
      const unproven = [`refs/ghost/log/${place.branch} is not there, so nothing was verified`];
      const problems = seen === null ? [] : await withdrawnProblems(needs, seen, null);
      return { ...about, ok: false, origin: null, landings: 0, problems, unproven };
    }
    const file = trustFile ?? (await log.file(TRUST));
    // A pin names one installation as well, and is the word of whoever verifies.
    const installation = pinned === null ? installationOf(seen) : null;
    const trusting = await trustingIn(needs, file, { pinned, installation });
    const found = new Found();
    // Anybody can make a log with a key of their own.
    const isAnchored = trustFile !== null || pinned !== null;
    if (!isAnchored)
      found.unproven.push(
        'the trust file is the one that the log brings along, and no digest of it was pinned',
      );
    const read = await verifyLog(needs, { objects, open, log, trusting, found });
    const { problems, unproven } = found;
    if (problems.length === 0 && read.origin !== null) await rememberLog(needs, place, read.origin);
    return { ...about, ...read, ok: problems.length === 0 && isAnchored, problems, unproven };
  } finally {
    await open.repository.close();
  }
}

class Found {
  readonly problems: string[] = [];
  readonly unproven: string[] = [];
}

interface Verifying {
  readonly objects: Objects;
  readonly open: OpenRepository;
  readonly log: PublishedLog;
  readonly trusting: Trusting;
  readonly found: Found;
}

async function verifyLog(
  needs: PublishedNeeds,
  verifying: Verifying,
): Promise<Pick<PublishedReport, 'origin' | 'landings'>> {
  const { log, trusting, found } = verifying;
  const origin = originIn(log.checkpoint);
  if (trusting.kind !== 'trusting') {
    found.problems.push(...(trusting.kind === 'broken' ? trusting.problems : ['there is no trust file']));
    return { origin, landings: 0 };
  }
  const { trust } = trusting;
  const workspace = origin?.split('/').at(-1) ?? '';
  const checked = await checkCheckpoint(log, trust, workspace);
  if (checked.kind === 'broken') {
    found.problems.push(checked.problem);
    return { origin, landings: 0 };
  }
  const { size, root } = checked.tree;
  found.problems.push(...frontierProblems(log.frontier, checked.tree));
  const leaves: Leaf[] = [];
  for (let leaf = 0; leaf < size; leaf++)
    leaves.push(await verifyLeaf(verifying, { trust, workspace, leaf, before: leaves.at(-1) ?? null }));
  if (logRoot(leaves.map(({ bundle }) => bundleLeaf(bundle))) !== root)
    found.problems.push(`the checkpoint over ${size} leaves has another root than the bundles in the log`);
  await verifyBranch(verifying, { trust, workspace }, leaves);
  const name = origin ?? '';
  found.problems.push(...(await sightingProblems(needs, name, leaves)));
  if (found.problems.length === 0) {
    await rememberTrust(needs, trusting.newest);
    await needs.sightings.keep(name, { checkpoint: checked.tree, published: size });
  }
  return { origin, landings: leaves.length };
}

interface Leaf {
  readonly bundle: Sha256;
  /** Null where it could not be read. */
  readonly told: ToldMutation | null;
}

interface LeafAsked {
  readonly trust: Trust;
  readonly workspace: string;
  readonly leaf: number;
  readonly before: Leaf | null;
}

async function verifyLeaf(verifying: Verifying, asked: LeafAsked): Promise<Leaf> {
  const { log, found } = verifying;
  const { trust, workspace, leaf } = asked;
  const say = (problem: string) => found.problems.push(`leaf ${leaf}: ${problem}`);
  const bytes = await log.bundle(leaf);
  if (bytes === null) {
    say('its bundle is not in the log');
    return { bundle: sha256(''), told: null };
  }
  const bundle = sha256(bytes);
  const told = readMutationOf(bytes);
  const signed = { kind: 'at-or-after', time: told?.finishedAt ?? 0 } as const;
  const checked = checkBundle({ bytes, digest: bundle, workspace, signed }, trust);
  if (checked.kind === 'broken') for (const problem of checked.problems) say(problem);
  else if (told === null) say('its statement has not the form that this version reads');
  else for (const problem of await toldProblems(verifying, { ...asked, told })) say(problem);
  if (told?.gate.outcome === 'waived')
    found.unproven.push(`leaf ${leaf}: a person waived the gate of ${told.patch}`);
  return { bundle, told };
}

async function toldProblems(
  { objects, open }: Verifying,
  { told, trust, workspace, leaf, before }: LeafAsked & { readonly told: ToldMutation },
): Promise<readonly string[]> {
  const { previous } = told;
  const expected = before === null ? null : { leaf: leaf - 1, bundle: before.bundle };
  const problems: string[] = [];
  if (told.leaf !== leaf) problems.push(`its statement is of leaf ${told.leaf}`);
  if (told.workspace !== workspace) problems.push(`its statement is of workspace ${told.workspace}`);
  if (previous?.leaf !== expected?.leaf || previous?.bundle !== expected?.bundle)
    problems.push('it does not follow the leaf before it');
  const number = before?.told?.landingNumber;
  if (number !== undefined && told.landingNumber !== number + 1)
    problems.push(`landing ${told.landingNumber} stands after landing ${number}`);
  for (const { name, verdict } of told.gate.checks)
    if (verdict !== 'pass') problems.push(`it landed with ${verdict} of check ${name}`);
  return [...problems, ...(await commitProblems({ objects, open, trust }, told))];
}

interface Against {
  readonly objects: Objects;
  readonly open: OpenRepository;
  readonly trust: Trust;
}

async function commitProblems(
  { objects, open, trust }: Against,
  told: ToldMutation,
): Promise<readonly string[]> {
  const { commit, tree, base, patch, landingNumber } = told;
  const found = await open.history.commit(commit);
  if (found === null) return [`commit ${commit} of ${patch} is not in the repository`];
  const problems = [
    found.tree === tree ? null : `commit ${commit} has tree ${found.tree}, signed is ${tree}`,
    found.parent === base.commit
      ? null
      : `commit ${commit} has parent ${found.parent}, signed is ${base.commit}`,
    found.patch === patch ? null : `commit ${commit} names ${found.patch}, signed is ${patch}`,
    found.landingSeq === landingNumber
      ? null
      : `commit ${commit} is landing ${found.landingSeq}, signed is ${landingNumber}`,
  ].filter((problem) => problem !== null);
  const signed = { kind: 'at-or-after', time: found.committedAt * 1000 } as const;
  const expected = { commit, key: told.key, workspace: told.workspace, signed };
  return [
    ...problems,
    ...(await checkCommitSignature(objects, trust, expected)),
    ...(await treeProblems({ objects, open }, told)),
  ];
}

/** The base with the recorded content of each path is the landed tree: nothing else was changed, and nothing is missing. */
async function treeProblems(
  { objects, open }: Pick<Against, 'objects' | 'open'>,
  { base, tree, paths, commit }: ToldMutation,
): Promise<readonly string[]> {
  const parent = await open.history.commit(base.commit);
  if (parent === null) return [`its base ${base.commit} is not in the repository`];
  if (base.tree !== null && parent.tree !== base.tree)
    return [`its base has tree ${parent.tree}, signed is ${base.tree}`];
  const files: FileChange[] = [];
  for (const { path, after } of paths) {
    const blob = after === null ? null : await objects.read(after.blob);
    if (after !== null && blob?.type !== 'blob') return [`blob ${after.blob} is not in the repository`];
    if (after !== null && blob && sha256(blob.bytes) !== after.sha256)
      return [`blob ${after.blob} has another sha256 than the signed one`];
    files.push({ path, before: null, after: after && blob && { mode: after.mode, bytes: blob.bytes } });
  }
  const made = await open.history.treeWith(parent.tree, files);
  return made === tree
    ? []
    : [`the signed content of its paths gives tree ${made}, and ${commit} has ${tree}`];
}

/** What landed after the log was written is signed as all of it is; a trailer alone can be written by anybody. */
async function laterProblems(
  { objects, open }: Verifying,
  { trust, workspace }: Pick<LeafAsked, 'trust' | 'workspace'>,
  commit: CommitId,
): Promise<readonly string[]> {
  const time = ((await open.history.commit(commit))?.committedAt ?? 0) * 1000;
  const signed = { kind: 'at-or-after', time } as const;
  const problems = await checkCommitSignature(objects, trust, { commit, workspace, signed });
  return problems.map((one) => `commit ${commit} names a patch, and is newer than the log: ${one}`);
}

/** Every landing of the log is on the branch, and every commit there that names a patch is a landing of the log. */
async function verifyBranch(
  verifying: Verifying,
  by: Pick<LeafAsked, 'trust' | 'workspace'>,
  leaves: readonly Leaf[],
): Promise<void> {
  const { open, found } = verifying;
  const told = leaves.flatMap((leaf) => leaf.told ?? []);
  const inLog = new Set(told.map(({ commit }) => commit));
  const named: CommitId[] = [];
  for await (const { id, patch } of open.history.since(null))
    if (patch !== null || inLog.has(id)) named.push(id);
  const from = named.findIndex((id) => inLog.has(id));
  const to = named.findLastIndex((id) => inLog.has(id));
  for (const id of named.slice(Math.max(0, from), to + 1))
    if (!inLog.delete(id)) found.problems.push(`commit ${id} names a patch, and is not in the log`);
  for (const commit of inLog)
    if (!(await open.history.holds(commit)))
      found.problems.push(`commit ${commit} of the log is not on the branch`);
  const later = to === -1 ? [] : named.slice(to + 1);
  for (const id of later) found.problems.push(...(await laterProblems(verifying, by, id)));
  const [older, newer] = [to === -1 ? named.length : from, later.length];
  if (older > 0) found.unproven.push(`${older} commits that name patches are older than the log`);
  if (newer > 0) found.unproven.push(`${newer} commits that name patches are newer than the log`);
}

function originIn(checkpoint: Uint8Array): string | null {
  const note = readNote(checkpoint);
  const read = note.kind === 'read' ? readCheckpoint(note.note.text) : note;
  return read.kind === 'read' && 'checkpoint' in read ? read.checkpoint.origin : null;
}

function asWorkspace(place: Pick<Workspace, 'gitDir' | 'workTree' | 'branch'>): Workspace {
  return { ...place, name: 'published', remote: null, addedAt: 0, addedBy: '', paused: null, baseline: null };
}
