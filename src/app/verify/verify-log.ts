import { type Sha256, sha256 } from '../../core/digest.ts';
import { readCheckpoint } from '../../core/evidence/log/checkpoint.ts';
import { bundleLeaf, frontierRoot, logRoot, type Tree } from '../../core/evidence/log/merkle.ts';
import { readNote, signersOf } from '../../core/evidence/log/note.ts';
import {
  bundlePath,
  CHECKPOINT,
  FRONTIER,
  logOrigin,
  readFrontier,
  TRUST,
} from '../../core/evidence/log-files.ts';
import { readMutationOf } from '../../core/evidence/read-mutation.ts';
import { publicKeyOf, type Trust, type TrustedKey, trustedKey } from '../../core/evidence/trust/trust.ts';
import { newestVersion, readTrustFile, type TrustVersions } from '../../core/evidence/trust/trust-file.ts';
import type { Attested } from '../../core/patch/patch.ts';
import type { Workspace } from '../../core/workspace.ts';
import type { Objects, OpenRepository } from '../../ports/repository.ts';
import type { Needs } from '../needs.ts';
import { withdrawnProblems } from './seen-log.ts';
import type { Findings } from './verify-evidence.ts';

/** Whether a log grew out of the one that was seen last. Told with all of its leaves, which need no proof. */
export async function sightingProblems(
  { sightings }: Pick<Needs, 'sightings'>,
  origin: string,
  leaves: readonly Pick<Attested, 'bundle'>[],
): Promise<readonly string[]> {
  const { checkpoint: seen } = await sightings.find(origin);
  if (seen === null) return [];
  if (leaves.length < seen.size)
    return [`the log ${origin} has ${leaves.length} leaves; ${seen.size} were seen before`];
  const root = logRoot(leaves.slice(0, seen.size).map(({ bundle }) => bundleLeaf(bundle)));
  return root === seen.root
    ? []
    : [
        `the log ${origin} is not the one that was seen before: its first ${seen.size} leaves have another root`,
      ];
}

interface Published {
  /** As the ledger has them. */
  readonly leaves: readonly Attested[];
  /** Those whose published bundles are read. */
  readonly fresh: readonly Attested[];
  readonly versions: TrustVersions;
  readonly workspace: Pick<Workspace, 'name' | 'branch'>;
}

export interface PublishedFindings extends Findings {
  /** Leaves under its checkpoint; null where there is none that counts. */
  readonly size: number | null;
}

/**
 * What stands in the repository for everybody: a signed checkpoint over leaves that the ledger has as well, and the bundle of each
 * of them. It may be behind the ledger by what is not written yet, never otherwise different.
 */
export async function publishedFindings(
  needs: Pick<Needs, 'sightings'>,
  { objects }: Pick<OpenRepository, 'objects'>,
  { leaves, fresh, versions, workspace }: Published,
): Promise<PublishedFindings> {
  const { trust } = newestVersion(versions);
  const log = objects === undefined ? null : await readLog(objects, workspace.branch);
  const origin = logOrigin(trust.installation, workspace.name);
  if (log === null) {
    const problems = await withdrawnProblems(needs, origin, null);
    const isTold = leaves.length === 0 || problems.length > 0;
    return {
      problems,
      unproven: isTold ? [] : ['no log of its evidence is published in the repository'],
      size: null,
    };
  }
  const checked = await checkCheckpoint(log, trust, workspace.name);
  if (checked.kind === 'broken') return { problems: [checked.problem], unproven: [], size: null };
  const { size, root } = checked.tree;
  if (size > leaves.length)
    return {
      problems: [`the checkpoint tells ${size} leaves, the ledger has ${leaves.length}`],
      unproven: [],
      size,
    };
  const covered = leaves.slice(0, size);
  const problems = [...(await withdrawnProblems(needs, origin, size))];
  if (logRoot(covered.map(({ bundle }) => bundleLeaf(bundle))) !== root)
    problems.push(`the checkpoint over ${size} leaves has another root than the leaves of the ledger`);
  problems.push(...frontierProblems(log.frontier, checked.tree), ...(await trustCopyProblems(log, versions)));
  for (const { leaf, bundle } of fresh.filter((one) => one.leaf < size))
    problems.push(...(await copyProblems(log, leaf, bundle)));
  const behind = leaves.length - size;
  return {
    problems,
    unproven: behind === 0 ? [] : [`${behind} leaves are not under a published checkpoint yet`],
    size,
  };
}

/** The log of a branch, as the repository has it. */
export interface PublishedLog {
  readonly checkpoint: Uint8Array;
  readonly frontier: Uint8Array;
  bundle(leaf: number): Promise<Uint8Array | null>;
  file(path: string): Promise<Uint8Array | null>;
}

/** Null where there is none. */
export async function readLog(objects: Objects, branch: string): Promise<PublishedLog | null> {
  const ref = `refs/ghost/log/${branch}`;
  const commit = await objects.read(ref);
  if (commit?.type !== 'commit') return null;
  // By the commit, so that all of it is of one moment while the log grows.
  const file = async (path: string) => {
    const object = await objects.read(`${commit.id}:${path}`);
    return object?.type === 'blob' ? object.bytes : null;
  };
  const nothing = new Uint8Array(0);
  return {
    checkpoint: (await file(CHECKPOINT)) ?? nothing,
    frontier: (await file(FRONTIER)) ?? nothing,
    bundle: (leaf) => file(bundlePath(leaf)),
    file,
  };
}

export async function copyProblems(
  log: PublishedLog,
  leaf: number,
  bundle: Sha256,
): Promise<readonly string[]> {
  const bytes = await log.bundle(leaf);
  if (bytes === null) return [`leaf ${leaf} is not in the published log`];
  const got = sha256(bytes);
  return got === bundle
    ? []
    : [`leaf ${leaf} of the published log has digest ${got}, recorded was ${bundle}`];
}

/** The copy may lack the versions that came after it was written. */
export async function trustCopyProblems(log: PublishedLog, own: TrustVersions): Promise<readonly string[]> {
  const bytes = await log.file(TRUST);
  const read = bytes === null ? null : readTrustFile(bytes);
  if (read === null) return ['the published log has no trust file'];
  if (read.kind === 'broken') return [`the trust file in the published log: ${read.problem}`];
  const isSame = read.versions.every(({ digest }, at) => own[at]?.digest === digest);
  return isSame ? [] : ['the trust file in the published log is not the one here'];
}

export function frontierProblems(bytes: Uint8Array, { size, root }: Tree): readonly string[] {
  const frontier = readFrontier(Buffer.from(bytes).toString('latin1'));
  return frontier?.size === size && frontierRoot(frontier) === root
    ? []
    : ['the frontier in the published log is not that of its checkpoint'];
}

export type CheckedCheckpoint =
  | { readonly kind: 'signed'; readonly tree: Tree }
  | { readonly kind: 'broken'; readonly problem: string };

/**
 * A checkpoint as it is published: of this log, and signed by a key that signs for its workspace and is not revoked. It tells no
 * time: it was made after the newest landing under it, and nothing else is known of that.
 */
export async function checkCheckpoint(
  log: Pick<PublishedLog, 'checkpoint' | 'bundle'>,
  trust: Trust,
  workspace: string,
): Promise<CheckedCheckpoint> {
  const origin = logOrigin(trust.installation, workspace);
  const read = readNote(log.checkpoint);
  if (read.kind === 'broken') return broken(read.problem);
  const { note } = read;
  const said = readCheckpoint(note.text);
  if (said.kind === 'broken') return broken(said.problem);
  const { checkpoint } = said;
  if (checkpoint.origin !== origin) return broken(`it is of ${checkpoint.origin}, not of ${origin}`);
  const keys = trust.keys.map((key) => ({ key, name: origin, publicKey: publicKeyOf(key) }));
  const signers = signersOf(note, keys);
  if (signers === null || signers.length !== note.signatures.length)
    return broken('it is not signed by keys of the trust file alone');
  const time = await newestLanding(log, checkpoint.size);
  const why = signers.map(({ key }) => unfit(key, { trust, workspace, time })).find((one) => one !== null);
  if (why) return broken(why);
  return { kind: 'signed', tree: { size: checkpoint.size, root: checkpoint.root } };
}

function unfit(
  { keyId, revoked }: TrustedKey,
  asked: { readonly trust: Trust; readonly workspace: string; readonly time: number },
): string | null {
  const { trust, workspace, time } = asked;
  if (revoked !== null) return `it is signed by key ${keyId.slice(0, 16)}, which was revoked at ${revoked}`;
  const trusted = trustedKey(trust, { keyId, workspace, signed: { kind: 'at-or-after', time } });
  return trusted.kind === 'trusted' ? null : trusted.why;
}

async function newestLanding(log: Pick<PublishedLog, 'bundle'>, size: number): Promise<number> {
  const bytes = size === 0 ? null : await log.bundle(size - 1);
  return (bytes && readMutationOf(bytes)?.finishedAt) ?? 0;
}

function broken(problem: string): CheckedCheckpoint {
  return { kind: 'broken', problem: `the checkpoint: ${problem}` };
}
