import { sha256 } from '../core/digest.ts';
import { fail } from '../core/errors.ts';
import { type Envelope, readBundle } from '../core/evidence/dsse.ts';
import { type Summary, summarise, verdictsIn } from '../core/evidence/summary.ts';
import { summaryMarkdown } from '../core/evidence/summary-markdown.ts';
import type { Artifact } from '../core/gate/verdict.ts';
import type { Entry } from '../core/ledger/entry.ts';
import { type Attested, attestedIn, type Patch } from '../core/patch/patch.ts';
import { chooseWorkspace } from './choose-workspace.ts';
import { diffsOf } from './diffs-of.ts';
import { findPatch } from './find-patch.ts';
import type { Needs } from './needs.ts';
import { patchText } from './patch-text.ts';
import { repairRequestOf } from './repair-request-of.ts';

const DIFF_KEPT_MS = 3_600_000;

/** Everything the ledger knows of a patch, its chain entries included. */
export interface Evidence {
  readonly summary: Summary;
  readonly entries: readonly Entry[];
  /** What is signed of its landing; null where nothing is. */
  readonly attestation: Attestation | null;
}

interface Attestation extends Attested {
  /** Null where the bundle is not kept here, or is not what the ledger names. */
  readonly envelopes: readonly Envelope[] | null;
}

/** @throws GhostError patch_unknown */
export async function patchEvidence(
  needs: SummaryNeeds & Pick<Needs, 'evidence'>,
  id: string,
): Promise<Evidence> {
  const { patch, summary, entries } = await summaryOf(needs, id);
  return { summary, entries, attestation: await attestationOf(needs, patch) };
}

type SummaryNeeds = Pick<Needs, 'ledger' | 'chains' | 'repairRounds'>;

async function summaryOf(needs: SummaryNeeds, id: string) {
  const patch = await findPatch(needs, id);
  const entries = await needs.chains.entriesAbout(id);
  return { patch, entries, summary: summarise(patch, entries, await repairRequestOf(needs, patch)) };
}

/** What is damaged is told by `ghost verify`; it does not keep anybody from the rest. */
async function attestationOf(
  { evidence }: Pick<Needs, 'evidence'>,
  patch: Patch,
): Promise<Attestation | null> {
  const attested = attestedIn(patch.state);
  if (attested === null) return null;
  const bytes = await evidence.read(patch.id, attested.bundle);
  const read = bytes !== null && sha256(bytes) === attested.bundle ? readBundle(bytes) : null;
  return { ...attested, envelopes: read?.kind === 'read' ? read.envelopes : null };
}

/** The summary as it stands now, also for a patch that is not finished. @throws GhostError patch_unknown */
export async function patchSummary(
  needs: SummaryNeeds,
  id: string,
  form: 'markdown' | 'json',
): Promise<string> {
  const { summary } = await summaryOf(needs, id);
  return form === 'json' ? `${JSON.stringify(summary, null, 2)}\n` : summaryMarkdown(summary);
}

/** The diff that landed, as git tells it; for a patch that did not land, the text as it was submitted. @throws GhostError patch_unknown */
export async function patchDiff(
  needs: Pick<Needs, 'ledger' | 'workspaces' | 'repositories' | 'cache'>,
  id: string,
): Promise<Uint8Array> {
  const patch = await findPatch(needs, id);
  if (patch.state.name !== 'landed') return patchText(needs, patch);
  const { base, commit } = patch.state.intent;
  const workspace = await chooseWorkspace(needs, patch.workspace);
  // Between two commits nothing ever changes; telling it again costs several processes of git.
  const key = { namespace: diffsOf(workspace.name), name: `${base}..${commit}` };
  return needs.cache.getOrLoad(key, DIFF_KEPT_MS, async () => {
    const open = await needs.repositories.open(workspace);
    try {
      return await open.history.diff(base, commit);
    } finally {
      await open.repository.close();
    }
  });
}

/** A file that a check left, named by its digest. @throws GhostError patch_unknown, not_stored where none of the patch's has it */
export async function patchArtifact(
  needs: Pick<Needs, 'ledger' | 'chains' | 'outputs'>,
  id: string,
  digest: string,
): Promise<{ readonly artifact: Artifact; readonly bytes: Uint8Array }> {
  const patch = await findPatch(needs, id);
  const entries = await needs.chains.entriesAbout(id);
  const verdicts = entries
    .filter(({ type }) => type === 'patch.checked')
    .flatMap(({ data }) => verdictsIn(data));
  const artifact = verdicts
    .flatMap(({ artifacts = [] }) => artifacts)
    .find(({ sha256 }) => sha256 === digest);
  const bytes = artifact && (await needs.outputs.read(artifact.sha256));
  if (artifact === undefined || !bytes)
    throw fail('not_stored', {
      what: 'artifact',
      id: patch.id,
      why: artifact === undefined ? `no check of it left ${digest}` : `${artifact.name} is no longer kept`,
    });
  return { artifact, bytes };
}
