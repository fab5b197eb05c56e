import type { FileChange } from '../../core/change/change.ts';
import { sha256 } from '../../core/digest.ts';
import { fail } from '../../core/errors.ts';
import { checkpointText, readCheckpoint } from '../../core/evidence/log/checkpoint.ts';
import {
  appendLeaf,
  bundleLeaf,
  EMPTY_FRONTIER,
  type Frontier,
  frontierRoot,
} from '../../core/evidence/log/merkle.ts';
import { readNote, signersOf, signNote } from '../../core/evidence/log/note.ts';
import {
  bundlePath,
  CHECKPOINT,
  FRONTIER,
  frontierText,
  logOrigin,
  readFrontier,
  TRUST,
} from '../../core/evidence/log-files.ts';
import { signedForGit } from '../../core/evidence/sshsig.ts';
import { readTrustFile } from '../../core/evidence/trust/trust-file.ts';
import type { Path, Tip } from '../../core/git.ts';
import type { EvidenceSigningKey } from '../../ports/evidence-signer.ts';
import type { LogBranch, LogMoved } from '../../ports/repository.ts';
import type { Holding } from '../holding.ts';
import type { Needs } from '../needs.ts';
import { type AttestedPatch, attestedFrom } from './attested-patches.ts';
import { type KeptTrust, keepTrust } from './keep-trust.ts';

export type LogNeeds = Pick<
  Needs,
  'chains' | 'clock' | 'evidence' | 'evidenceSigner' | 'trust' | 'sightings'
>;

export type LogWritten =
  /** The log in the repository has every leaf of the ledger, or none is kept there. */
  | { readonly kind: 'written' }
  | { readonly kind: 'fenced' }
  | { readonly kind: 'trouble'; readonly problem: string };

/** Leaves of one commit, so that no batch of objects is very large. */
const AT_ONCE = 500;

/**
 * Brings `refs/ghost/log/<branch>` up to the ledger: a commit on top of the one before with the bundles that are new and a
 * signed checkpoint over all, moved by compare-and-swap under the fence. `leaves`: how many the ledger has.
 */
export async function writeLog(needs: LogNeeds, holding: Holding, leaves: number): Promise<LogWritten> {
  const { log } = holding.open;
  const { moveLog } = holding.fence;
  if (log === undefined || moveLog === undefined) return { kind: 'written' };
  for (;;) {
    const standing = await standingLog(needs, holding, log);
    if (standing.kind === 'trouble') return standing;
    const growing = await grow(needs, holding, { ...standing, leaves });
    if (growing.kind !== 'growing') return growing;
    const trust = await keepTrust(needs);
    const lost = await lostTrust(holding, growing, trust);
    if (lost !== null) return trouble(lost);
    const commit = await nextCommit(needs, holding, { ...growing, trust });
    const moved = await moveLog({ to: commit, from: standing.tip?.commit ?? null });
    if (moved.kind !== 'moved') return notMoved(moved);
  }
}

/** What is to be added to a log that the ledger agrees with. */
async function grow(
  needs: LogNeeds,
  holding: Holding,
  standing: StandingLog & { readonly leaves: number },
): Promise<Growing | LogWritten> {
  const { leaves, tip, tree, frontier } = standing;
  const { size } = frontier;
  if (size > leaves) return trouble(`the log has ${size} leaves, and the ledger ${leaves}`);
  const from = { workspace: holding.workspace.name, leaf: Math.max(0, size - 1), limit: AT_ONCE + 1 };
  const told = await attestedFrom(needs, from);
  const strange = await leafProblem(holding, standing, told);
  if (strange !== null) return trouble(strange);
  if (size === leaves) return { kind: 'written' };
  const attested = told.filter(({ leaf }) => leaf >= size);
  if (attested[0]?.leaf !== size) return trouble(`the ledger does not tell leaf ${size}`);
  return { kind: 'growing', tip, tree, frontier, attested };
}

interface StandingLog {
  readonly kind: 'standing';
  readonly tip: Tip | null;
  /** What the next tree is built on; that of another installation's log is left behind in the parent. */
  readonly tree: Tip['tree'];
  readonly frontier: Frontier;
}

async function standingLog(
  needs: LogNeeds,
  holding: Holding,
  log: LogBranch,
): Promise<StandingLog | Extract<LogWritten, { kind: 'trouble' }>> {
  const tip = await log.tip();
  const anew = { kind: 'standing', tip, tree: log.emptyTree, frontier: EMPTY_FRONTIER } as const;
  if (tip === null) return anew;
  const files = await holding.open.repository.snapshot(tip.tree, [CHECKPOINT, FRONTIER]);
  const bytesAt = (path: Path) => {
    const at = files.get(path);
    return at?.kind === 'file' ? at.bytes : Buffer.alloc(0);
  };
  const origin = originOf(holding);
  const note = readNote(bytesAt(CHECKPOINT));
  const told = note.kind === 'read' ? readCheckpoint(note.note.text) : note;
  if (note.kind === 'broken' || told.kind === 'broken')
    return trouble(`commit ${tip.commit} of the log has no checkpoint that can be read`);
  if (told.checkpoint.origin !== origin) return anew;
  const keys = (await needs.evidenceSigner.keys()).map(({ publicKey }) => ({ name: origin, publicKey }));
  if ((signersOf(note.note, keys) ?? []).length === 0)
    return trouble(`the checkpoint in commit ${tip.commit} is not signed by this installation`);
  const frontier = readFrontier(Buffer.from(bytesAt(FRONTIER)).toString('latin1'));
  if (frontier?.size !== told.checkpoint.size || frontierRoot(frontier) !== told.checkpoint.root)
    return trouble(`the frontier in commit ${tip.commit} is not that of its checkpoint`);
  return { kind: 'standing', tip, tree: tip.tree, frontier };
}

/** A ledger from an older backup grows other leaves than those that were published. Told in words; null where they agree. */
async function leafProblem(
  { open }: Holding,
  { tree, frontier: { size } }: StandingLog,
  told: readonly AttestedPatch[],
): Promise<string | null> {
  if (size === 0) return null;
  const path = bundlePath(size - 1);
  const at = (await open.repository.snapshot(tree, [path])).get(path);
  const found = at?.kind === 'file' ? sha256(at.bytes) : null;
  const expected = told.find(({ leaf }) => leaf === size - 1)?.bundle;
  return found === expected ? null : `leaf ${size - 1} of the log is not the one that the ledger has`;
}

interface Growing extends Omit<StandingLog, 'kind'> {
  readonly kind: 'growing';
  /** From the first leaf on that the log lacks. */
  readonly attested: readonly AttestedPatch[];
}

/** A trust file that lacks a version which was published may lack a revocation. Told in words; null where it has them all. */
async function lostTrust(
  { open }: Holding,
  { tree }: Growing,
  { versions }: KeptTrust,
): Promise<string | null> {
  const at = (await open.repository.snapshot(tree, [TRUST])).get(TRUST);
  if (at?.kind !== 'file') return null;
  const published = readTrustFile(at.bytes);
  if (published.kind === 'broken') return `the trust file in the log: ${published.problem}`;
  const lacking = published.versions.find(({ digest }, version) => versions[version]?.digest !== digest);
  return lacking === undefined
    ? null
    : `the log has version ${lacking.trust.version} of the trust file, and the trust file here has not`;
}

async function nextCommit(
  needs: LogNeeds,
  holding: Holding,
  { tip, tree, frontier, attested, trust }: Growing & { readonly trust: KeptTrust },
) {
  const { repository } = holding.open;
  const grown = attested.reduce((at, { bundle }) => appendLeaf(at, bundleLeaf(bundle)), frontier);
  const key = await needs.evidenceSigner.newest();
  const note = checkpointOf(grown, { origin: originOf(holding), key });
  const files = [
    ...(await Promise.all(attested.map((one) => bundleFile(needs, one)))),
    fileAt(CHECKPOINT, Buffer.from(note, 'utf8')),
    fileAt(FRONTIER, Buffer.from(frontierText(grown), 'latin1')),
    fileAt(TRUST, trust.bytes),
  ];
  return repository.commit({
    tree: await repository.buildTree(tree, files),
    parent: tip?.commit ?? null,
    message: `The log of ${holding.workspace.name} has ${grown.size} leaves\n`,
    date: Math.floor(needs.clock.now() / 1000),
    sign: (bytes) => signedForGit(bytes, key),
  });
}

function checkpointOf(
  frontier: Frontier,
  { origin, key }: { readonly origin: string; readonly key: EvidenceSigningKey },
): string {
  const text = checkpointText({ origin, size: frontier.size, root: frontierRoot(frontier) });
  return signNote(text, { name: origin, publicKey: key.publicKey, sign: key.sign });
}

/** @throws GhostError integrity_broken: what is not what the ledger names is not published */
async function bundleFile(needs: LogNeeds, { patch, bundle, leaf }: AttestedPatch): Promise<FileChange> {
  const bytes = await needs.evidence.read(patch, bundle);
  if (bytes === null || sha256(bytes) !== bundle)
    throw fail('integrity_broken', {
      problem: `The evidence of ${patch} is ${bytes === null ? 'missing' : 'not what the ledger names'}.`,
    });
  return fileAt(bundlePath(leaf), bytes);
}

function fileAt(path: Path, bytes: Uint8Array): FileChange {
  return { path, before: null, after: { mode: '100644', bytes } };
}

function originOf({ open, workspace }: Holding): string {
  return logOrigin(open.destination.installation, workspace.name);
}

function notMoved(moved: Exclude<LogMoved, { kind: 'moved' }>): LogWritten {
  if (moved.kind === 'fenced') return { kind: 'fenced' };
  return trouble(
    moved.kind === 'locked' ? `repository locked: ${moved.path}` : 'somebody else moved the log meanwhile',
  );
}

function trouble(problem: string): Extract<LogWritten, { kind: 'trouble' }> {
  return { kind: 'trouble', problem };
}
