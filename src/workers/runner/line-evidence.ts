import { type AttestNeeds, attestLandings } from '../../app/evidence/attest-landings.ts';
import type { EvidenceDebt } from '../../app/evidence/evidence-debt.ts';
import { writeLog } from '../../app/evidence/write-log.ts';
import type { Holding } from '../../app/holding.ts';

/** How many landings of a busy line wait for their evidence at most, so that their files are made durable side by side. */
const AT_MOST = 8;
/** How many the log in the repository lacks at most while the line is busy. */
const UNLOGGED_AT_MOST = 32;

/**
 * The evidence of one line while it is in hand: made when the line rests, when it is given back, and after so many moves. What
 * keeps it from being made is told and tried again; it never stops the line.
 */
export class LineEvidence {
  readonly #needs: AttestNeeds;
  readonly #holding: Holding;
  readonly #show: (trouble: string | null) => void;
  /** Each of the two is over when it was done, not when the other was. */
  #unattested: string | null = null;
  #unlogged: string | null = null;
  #debt: EvidenceDebt | null = null;
  /** Since it was last made; what an earlier holder owes is not known yet. */
  #moves: number | 'unknown' = 'unknown';
  /** Leaves that the log in the repository is known to have. */
  #logged = 0;

  constructor(needs: AttestNeeds, holding: Holding, tell: (trouble: string | null) => void) {
    this.#needs = needs;
    this.#holding = holding;
    this.#show = tell;
  }

  async moved(): Promise<void> {
    if (this.#moves === 'unknown') return;
    this.#moves += 1;
    if (this.#moves < AT_MOST) return;
    const leaves = await this.#attest();
    if (leaves !== null && leaves - this.#logged >= UNLOGGED_AT_MOST) await this.#log(leaves);
  }

  /** Of all that has landed so far, in the log as well. */
  async make(): Promise<void> {
    const leaves = await this.#attest();
    if (leaves !== null && leaves > this.#logged) await this.#log(leaves);
  }

  /** How many leaves there are now; null where that is not known. */
  async #attest(): Promise<number | null> {
    if (this.#moves === 0 || this.#holding.signal.aborted) return leavesOf(this.#debt);
    try {
      const outcome = await attestLandings(this.#needs, this.#holding, this.#debt);
      this.#debt = outcome.kind === 'attested' ? outcome.debt : null;
      this.#moves = outcome.kind === 'attested' ? 0 : 'unknown';
      if (outcome.kind === 'attested') this.#unattested = null;
    } catch (error) {
      // Nobody knows how far it came.
      this.#debt = null;
      this.#moves = 'unknown';
      this.#unattested = wordsOf(error);
    }
    this.#tell();
    return leavesOf(this.#debt);
  }

  async #log(leaves: number): Promise<void> {
    if (this.#holding.signal.aborted) return;
    try {
      const written = await writeLog(this.#needs, this.#holding, leaves);
      if (written.kind === 'written') this.#logged = leaves;
      if (written.kind === 'written') this.#unlogged = null;
      if (written.kind === 'trouble') this.#unlogged = written.problem;
    } catch (error) {
      this.#unlogged = wordsOf(error);
    }
    this.#tell();
  }

  #tell(): void {
    this.#show(this.#unattested ?? this.#unlogged);
  }
}

function leavesOf(debt: EvidenceDebt | null): number | null {
  return debt && (debt.last?.leaf ?? -1) + 1;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
