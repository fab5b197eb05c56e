import type { Fault } from './fault.ts';

/** What became of one fault. */
export interface Trial {
  readonly fault: Fault;
  /** Whether anything was done to the runner before its patch was through. What was not reached proves nothing. */
  readonly reached: boolean;
  readonly violations: readonly string[];
  /** Lock files that nobody but a person may remove. */
  readonly leftToPerson: readonly string[];
  /**
   * Who was stopped held the write lock of the ledger, so that nobody got on before he did: SQLite's lock belongs to a
   * process, and no other may take it. Nothing is lost by it, and nothing moves.
   */
  readonly stoodStill: boolean;
}
