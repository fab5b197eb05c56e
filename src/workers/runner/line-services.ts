import type { Holding } from '../../app/holding.ts';
import { type WatchNeeds, watchServices } from '../../app/watch-services.ts';
import { GhostError } from '../../core/errors.ts';

/**
 * What services owe one line while it is in hand: an answer after a landing, asked before anything else lands. An earlier holder
 * may have left it open.
 */
export class LineServices {
  readonly #needs: WatchNeeds;
  readonly #holding: Holding;
  #mayOwe = true;

  constructor(needs: WatchNeeds, holding: Holding) {
    this.#needs = needs;
    this.#holding = holding;
  }

  landed(): void {
    this.#mayOwe = true;
  }

  /** A policy that cannot be read lets nothing land either: what is owed is owed until it can. */
  async settle(): Promise<void> {
    if (!this.#mayOwe) return;
    try {
      await watchServices(this.#needs, this.#holding);
      this.#mayOwe = false;
    } catch (error) {
      if (!(error instanceof GhostError && error.code === 'gate_file_invalid')) throw error;
    }
  }
}
