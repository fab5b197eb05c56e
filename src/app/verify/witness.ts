import type { Sha256 } from '../../core/digest.ts';
import { bundleLeaf, logRoot } from '../../core/evidence/log/merkle.ts';
import { logOrigin } from '../../core/evidence/log-files.ts';
import type { Trust } from '../../core/evidence/trust/trust.ts';
import type { PolicyRules } from '../../ports/policy.ts';
import type { Holding } from '../holding.ts';
import type { Needs } from '../needs.ts';
import type { Replayed } from './replay-landing.ts';
import { rememberTrust, type Trusting, trustingHere } from './trusting.ts';
import { type Findings, joined, type LandedPatch, type Leaf, verifyEvidence } from './verify-evidence.ts';
import { verifyGate } from './verify-gate.ts';
import { type PublishedFindings, publishedFindings, readLog, sightingProblems } from './verify-log.ts';
import { type PrunedBefore, prunedBefore, verifyOutputs } from './verify-outputs.ts';
import type { Witnessing } from './verify-workspace.ts';

type WitnessNeeds = Pick<
  Needs,
  | 'evidence'
  | 'outputs'
  | 'outputsKeptMs'
  | 'clock'
  | 'policy'
  | 'yaml'
  | 'chains'
  | 'ledger'
  | 'sightings'
  | 'trust'
>;

type Place = Pick<Holding, 'workspace' | 'open'>;

/** What is signed and kept of the landings of one workspace, held against the ledger landing by landing, and as a whole at the end. */
export class Witness implements Witnessing {
  readonly #needs: WitnessNeeds;
  readonly #from: number;
  readonly trusting: Trusting;
  readonly #leaves: Leaf[] = [];
  /** Without those that were verified before. */
  readonly #fresh: Leaf[] = [];
  readonly #pruned: PrunedBefore;
  #rules: PolicyRules | null = null;
  #wrong = 0;
  #unattested = Number.POSITIVE_INFINITY;

  private constructor(needs: WitnessNeeds, { from, trusting }: { from: number; trusting: Trusting }) {
    this.#needs = needs;
    this.#from = from;
    this.#pruned = prunedBefore(needs);
    this.trusting = trusting;
  }

  /** Landings below `from` are believed to be what they were when they were verified. */
  static async with(
    needs: WitnessNeeds,
    { from, pinned }: { readonly from: number; readonly pinned: Sha256 | null },
  ): Promise<Witness> {
    return new Witness(needs, { from, trusting: await trustingHere(needs, pinned) });
  }

  async landed(place: Place, landed: LandedPatch, replayed: Replayed | null): Promise<Findings> {
    const { patch, intent } = landed;
    const isAttested = patch.state.name === 'landed' && patch.state.attested !== undefined;
    if (intent.evidence !== undefined && !isAttested)
      this.#unattested = Math.min(this.#unattested, intent.landingSeq);
    if (intent.landingSeq < this.#from) {
      if (patch.state.name === 'landed' && patch.state.attested)
        this.#leaves.push({ ...patch.state.attested, previous: null });
      return { problems: [], unproven: [] };
    }
    const found = joined([
      await this.#evidenceOf(place, landed),
      await verifyOutputs(this.#needs, landed, this.#pruned),
      ...(replayed === null ? [] : [await this.#gateOf(place, landed, replayed)]),
    ]);
    this.#wrong += found.problems.length;
    return found;
  }

  /** The last landing before which, and itself included, all evidence that is to come was there. */
  get completeUpTo(): number {
    return this.#unattested - 1;
  }

  trustProblems(): readonly string[] {
    return this.trusting.kind === 'broken' ? this.trusting.problems : [];
  }

  /** The log as a whole: its numbers, what was seen of it before, and what is published of it. */
  async end({ workspace, open }: Place): Promise<Findings> {
    const leaves = this.#leaves.toSorted((a, b) => a.leaf - b.leaf);
    const origin = logOrigin(this.#needs.trust.installation, workspace.name);
    const broken = leaves.flatMap((each, at) => leafProblems(each, at, leaves[at - 1] ?? null)).slice(0, 1);
    const published = await this.#published({ workspace, open }, leaves);
    const seen = await sightingProblems(this.#needs, origin, leaves);
    const found = joined([
      { problems: [...this.trustProblems(), ...broken, ...seen], unproven: [] },
      published,
    ]);
    if (this.#wrong + found.problems.length === 0) await this.#remember(origin, leaves, published.size);
    return found;
  }

  async #published({ workspace, open }: Place, leaves: readonly Leaf[]): Promise<PublishedFindings> {
    const { trusting } = this;
    const fresh = this.#fresh;
    if (trusting.kind === 'trusting')
      return publishedFindings(this.#needs, open, { leaves, fresh, versions: trusting.file, workspace });
    const log = open.objects === undefined ? null : await readLog(open.objects, workspace.branch);
    const isUnsaid = trusting.kind === 'missing' && log !== null;
    return { problems: isUnsaid ? [`a log is published, and ${NO_TRUST}`] : [], unproven: [], size: null };
  }

  async #remember(origin: string, leaves: readonly Leaf[], size: number | null): Promise<void> {
    if (this.trusting.kind !== 'trusting') return;
    await rememberTrust(this.#needs, this.trusting.newest);
    const root = logRoot(leaves.map(({ bundle }) => bundleLeaf(bundle)));
    const published = size === null ? {} : { published: size };
    await this.#needs.sightings.keep(origin, { checkpoint: { size: leaves.length, root }, ...published });
  }

  async #evidenceOf({ open }: Place, landed: LandedPatch): Promise<Findings> {
    const trust = this.#trust(landed);
    if (trust === null) {
      const { id, state } = landed.patch;
      const attested = (state.name === 'landed' && state.attested) || null;
      if (attested !== null) this.#leaves.push({ ...attested, previous: null });
      const name = `${landed.intent.commit} of ${id}`;
      if (this.trusting.kind === 'broken')
        return { problems: [], unproven: [`${name}: its evidence cannot be checked by this trust file`] };
      // Whoever attests has made the trust file before.
      const why = [`${name}: ${NO_TRUST}`];
      return attested === null ? { problems: [], unproven: why } : { problems: why, unproven: [] };
    }
    const found = await verifyEvidence(this.#needs, { open, trust }, landed);
    if (found.leaf !== null) {
      this.#leaves.push(found.leaf);
      this.#fresh.push(found.leaf);
    }
    return found;
  }

  /** What landed before evidence was signed needs none. */
  #trust({ intent }: LandedPatch): Trust | null {
    if (this.trusting.kind === 'trusting') return this.trusting.trust;
    return intent.evidence === undefined ? NOBODY : null;
  }

  async #gateOf({ open, workspace }: Place, landed: LandedPatch, replayed: Replayed): Promise<Findings> {
    const { base, brought } = replayed;
    if (base === null) return { problems: [], unproven: [] };
    this.#rules ??= await this.#needs.policy.rulesFor(workspace.name);
    const asked = { repository: open.repository, rules: this.#rules, baseTree: base.tree, brought };
    return verifyGate(this.#needs, asked, landed);
  }
}

const NO_TRUST = 'there is no trust file to check its evidence by';

const NOBODY: Trust = {
  ...{ version: 1, installation: 'none', previous: null, madeAt: '' },
  ...{ roots: { threshold: 1, keys: [] }, keys: [] },
};

function leafProblems({ leaf, previous }: Leaf, at: number, before: Leaf | null): readonly string[] {
  if (leaf !== at) return [`the log of its evidence has leaf ${leaf} where leaf ${at} is expected`];
  if (previous === null || before === null) return [];
  return previous.leaf === before.leaf && previous.bundle === before.bundle
    ? []
    : [`leaf ${leaf} of the log follows another leaf ${before.leaf} than the one that is there`];
}
