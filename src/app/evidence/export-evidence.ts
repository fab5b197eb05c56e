import { sha256 } from '../../core/digest.ts';
import { fail } from '../../core/errors.ts';
import { type Envelope, readBundle } from '../../core/evidence/dsse.ts';
import { type Attested, attestedIn, type Patch } from '../../core/patch/patch.ts';
import { findPatch } from '../find-patch.ts';
import type { Needs } from '../needs.ts';
import { attestedFrom } from './attested-patches.ts';

type ExportNeeds = Pick<Needs, 'ledger' | 'chains' | 'evidence'>;

/** A bundle as the ledger names it. */
export interface ExportedEvidence extends Attested {
  readonly bytes: Uint8Array;
  readonly envelopes: readonly Envelope[];
}

/** Of every attested patch of a workspace, in the order of its log. @throws GhostError integrity_broken */
export async function* evidenceOfWorkspace(
  needs: ExportNeeds,
  workspace: string,
): AsyncGenerator<ExportedEvidence, void, undefined> {
  const limit = Number.MAX_SAFE_INTEGER;
  for (const { patch, ...attested } of await attestedFrom(needs, { workspace, leaf: 0, limit }))
    yield keptEvidence(needs, patch, attested);
}

/** @throws GhostError patch_unknown, not_stored, integrity_broken */
export async function evidenceOf(needs: ExportNeeds, id: string): Promise<ExportedEvidence> {
  const patch = await findPatch(needs, id);
  const attested = attestedIn(patch.state);
  if (attested === null) throw fail('not_stored', { what: 'evidence', id, why: whyUnattested(patch) ?? '' });
  return keptEvidence(needs, patch.id, attested);
}

/** In words; null for a patch that has its evidence. */
function whyUnattested({ state }: Patch): string | null {
  if (state.name !== 'landed') return `it is ${state.name}`;
  if (state.attested !== undefined) return null;
  return state.intent.evidence === undefined
    ? 'it landed before evidence was signed'
    : 'its evidence is not signed yet';
}

async function keptEvidence(
  { evidence }: ExportNeeds,
  patch: Patch['id'],
  attested: Attested,
): Promise<ExportedEvidence> {
  const bytes = await evidence.read(patch, attested.bundle);
  const broken = (problem: string) =>
    fail('integrity_broken', { problem: `The evidence of ${patch} ${problem}.` });
  if (bytes === null) throw broken('is missing');
  if (sha256(bytes) !== attested.bundle) throw broken('is not what the ledger names');
  const read = readBundle(bytes);
  if (read.kind === 'broken') throw broken(`cannot be read: ${read.problem}`);
  return { ...attested, bytes, envelopes: read.envelopes };
}
