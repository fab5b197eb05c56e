import { type AttestNeeds, attestLandings } from '../../app/attest-landings.ts';
import type { EvidenceDebt } from '../../app/evidence-debt.ts';
import type { Holding } from '../../app/holding.ts';

/** How many landings of a busy line wait for their evidence at most, so that their files are made durable side by side. */
const AT_MOST = 8;

/**
 * The evidence of one line while it is in hand: made when the line rests, when it is given back, and after so many moves. What
 * keeps it from being made is told and tried again; it never stops the line.
 */
export class LineEvidence {
  readonly #needs: AttestNeeds;
  readonly #holding: Holding;
  readonly #tell: (trouble: string | null) => void;
  #debt: EvidenceDebt | null = null;
  /** Since it was last made; what an earlier holder owes is not known yet. */
  #moves: number | 'unknown' = 'unknown';

  constructor(needs: AttestNeeds, holding: Holding, tell: (trouble: string | null) => void) {
    this.#needs = needs;
    this.#holding = holding;
    this.#tell = tell;
  }

  async moved(): Promise<void> {
    if (this.#moves === 'unknown') return;
    this.#moves += 1;
    if (this.#moves >= AT_MOST) await this.make();
  }

  /** Of all that has landed so far. */
  async make(): Promise<void> {
    if (this.#moves === 0 || this.#holding.signal.aborted) return;
    try {
      const outcome = await attestLandings(this.#needs, this.#holding, this.#debt);
      this.#debt = outcome.kind === 'attested' ? outcome.debt : null;
      this.#moves = outcome.kind === 'attested' ? 0 : 'unknown';
      this.#tell(null);
    } catch (error) {
      // Nobody knows how far it came.
      this.#debt = null;
      this.#moves = 'unknown';
      this.#tell(error instanceof Error ? error.message : String(error));
    }
  }
}
