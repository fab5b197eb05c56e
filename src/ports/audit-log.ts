import type { Entry } from '../core/ledger/entry.ts';

/** The projection of all chains into one append-only file of JSON lines. One process writes it. */
export interface AuditLog {
  /** The outbox position that the last complete line carries, 0 for an empty file. A torn last line is cut off first. */
  open(): Promise<number>;
  /** Appends and syncs. */
  append(lines: readonly AuditLine[]): Promise<void>;
  /** Every line as it stands, torn or damaged ones included, for `ghost audit verify`. */
  lines(): AsyncIterable<{ readonly number: number; readonly text: string }>;
}

export interface AuditLine extends Entry {
  readonly position: number;
}

/** The folder that people read: one summary per finished patch, as text and as data. */
export interface Summaries {
  write(
    id: string,
    summary: { readonly markdown: string; readonly json: string },
  ): Promise<{ readonly markdown: string; readonly json: string }>;
  read(id: string, form: 'markdown' | 'json'): Promise<string | null>;
  /** Absolute path of the markdown file, whether or not it is there. */
  pathOf(id: string): string;
}
