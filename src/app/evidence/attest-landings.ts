import { sha256 } from '../../core/digest.ts';
import { bundleOf, type Envelope, sealEnvelope } from '../../core/evidence/dsse.ts';
import { statementsOf } from '../../core/evidence/mutation.ts';
import { statementBytes } from '../../core/evidence/statement.ts';
import type { PatchId } from '../../core/patch/id.ts';
import type { Attested, Patch } from '../../core/patch/patch.ts';
import type { EvidenceSigningKey } from '../../ports/evidence-signer.ts';
import type { Holding } from '../holding.ts';
import type { Needs } from '../needs.ts';
import { recordStep } from '../record-step.ts';
import { type EvidenceDebt, readDebt, readOn } from './evidence-debt.ts';
import { keepTrust } from './keep-trust.ts';

export type AttestNeeds = Pick<
  Needs,
  'ledger' | 'chains' | 'clock' | 'wakeUps' | 'evidenceSigner' | 'evidence' | 'trust' | 'sightings'
>;

export type AttestedLandings =
  /** `debt`: to be read on from the next time. */
  | { readonly kind: 'attested'; readonly debt: EvidenceDebt }
  /** Somebody moved a patch meanwhile; what is owed has to be read anew. */
  | { readonly kind: 'superseded' }
  | { readonly kind: 'fenced' };

/** Files are made durable side by side; more would hold up the line for longer. */
const AT_ONCE = 16;

/**
 * Signs and keeps the evidence of every landing that has none, in landing order: the bundle first, then the event that names it
 * by its digest and gives it its leaf. Both follow from the ledger alone, so that whoever dies in between leaves nothing that
 * the next holder does not make again.
 */
export async function attestLandings(
  needs: AttestNeeds,
  holding: Holding,
  known: EvidenceDebt | null,
): Promise<AttestedLandings> {
  const { name } = holding.workspace;
  let debt = known === null ? await readDebt(needs, name) : await readOn(needs, name, known);
  while (debt.owed.length > 0 && !holding.signal.aborted) {
    const outcome = await attestSome(needs, holding, debt);
    if (outcome !== 'recorded') return { kind: outcome };
    debt = await readOn(needs, name, debt);
  }
  return { kind: 'attested', debt };
}

interface Bundle {
  readonly patch: Patch;
  readonly bytes: Uint8Array;
  readonly attested: Attested;
}

async function attestSome(
  needs: AttestNeeds,
  holding: Holding,
  debt: EvidenceDebt,
): Promise<'recorded' | 'superseded' | 'fenced'> {
  // Also where no log is kept: whoever verifies here needs the key that signs.
  await keepTrust(needs);
  const bundles = await bundlesOf(needs, debt);
  await Promise.all(bundles.map(({ patch, bytes }) => needs.evidence.keep(patch.id, bytes)));
  for (const { patch } of bundles) await holding.observe('evidence-kept', patch.id);
  // One after the other: a leaf that were recorded without the one before it would have no place.
  for (const { patch, attested } of bundles) {
    const { kind } = await recordStep(needs, holding, { patch, event: { type: 'attested', ...attested } });
    if (kind !== 'recorded') return kind;
    await holding.observe('attestation-recorded', patch.id);
  }
  return 'recorded';
}

async function bundlesOf(needs: AttestNeeds, debt: EvidenceDebt): Promise<readonly Bundle[]> {
  const key = await needs.evidenceSigner.newest();
  const bundles: Bundle[] = [];
  let previous = debt.last;
  for (const id of debt.owed.slice(0, AT_ONCE)) {
    const bundle = await bundleFor(needs, { id, previous, key });
    bundles.push(bundle);
    previous = bundle.attested;
  }
  return bundles;
}

interface Wanted {
  readonly id: PatchId;
  readonly previous: Attested | null;
  readonly key: EvidenceSigningKey;
}

async function bundleFor(needs: AttestNeeds, { id, previous, key }: Wanted): Promise<Bundle> {
  const [patch, entries] = await Promise.all([needs.ledger.find(id), needs.chains.entriesAbout(id)]);
  if (patch === null) throw new TypeError(`${id} has landed and is not in the ledger`);
  const leaf = (previous?.leaf ?? -1) + 1;
  const envelopes: Envelope[] = statementsOf({ patch, entries, leaf, previous }).map((statement) =>
    sealEnvelope(statementBytes(statement), key),
  );
  const bytes = bundleOf(envelopes);
  return { patch, bytes, attested: { bundle: sha256(bytes), leaf } };
}
