import type { Edit, Format, Parsed } from '../change.ts';
import type { Fault } from '../fault.ts';
import { Faulty, faultOf } from '../fault-of.ts';
import { boundFaults } from '../faults/bound-faults.ts';
import { MAX_FILES, MAX_HUNKS } from '../limits.ts';
import { refused } from './refused.ts';

/** An author repairs no more than this at once. */
const MAX_FAULTS = 100;

/** What a reader finds, part by part: one bad part does not hide the next. */
export class Gathering {
  readonly edits: Edit[] = [];
  readonly notes: string[] = [];
  readonly faults: Fault[] = [];
  #hunks = 0;

  add(edit: Edit): void {
    this.edits.push(edit);
    this.#hunks += 'hunks' in edit ? edit.hunks.length : 0;
  }

  /** Runs the reader of one part, whose fault is kept. */
  part(read: () => void): void {
    try {
      read();
    } catch (error) {
      if (!(error instanceof Faulty)) throw error;
      this.faults.push(error.fault);
    }
  }

  /** There is no use in reading on. */
  get isFull(): boolean {
    return this.faults.length >= MAX_FAULTS || this.edits.length > MAX_FILES || this.#hunks > MAX_HUNKS;
  }

  /** The change, or the faults. `nothing` is said of a text without any edit. */
  parsed(format: Format, nothing: { readonly message: string; readonly hint: string }): Parsed {
    const excess = this.#excess();
    if (excess !== null) return { kind: 'faulty', faults: [excess] };
    if (this.faults.length > 0) return { kind: 'faulty', faults: boundFaults(this.faults) };
    if (this.edits.length === 0) return refused('empty_patch', nothing.message, nothing.hint);
    const { edits, notes } = this;
    return {
      kind: 'change',
      change: { format, title: null, externalId: null, edits, notes, mail: null, checks: [] },
    };
  }

  #excess(): Fault | null {
    const { edits } = this;
    if (edits.length <= MAX_FILES && this.#hunks <= MAX_HUNKS) return null;
    const [got, limit] =
      edits.length > MAX_FILES ? [`${edits.length} files`, MAX_FILES] : [`${this.#hunks} hunks`, MAX_HUNKS];
    const line = edits.at(-1)?.span.lastLine ?? 1;
    return faultOf(
      'too_large',
      {
        message: `The patch has ${got} by line ${line}; expected at most ${limit}.`,
        hint: 'Split it into smaller patches.',
      },
      { patchLine: line },
    );
  }
}
