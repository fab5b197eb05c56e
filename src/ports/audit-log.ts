import type { Entry } from '../core/ledger/entry.ts';

/** The projection of all chains into one append-only file of JSON lines. Nobody but the one writer changes it. */
export interface AuditLog {
  /**
   * Takes the log for writing, after waiting a little for whoever has it, and cuts a torn last line off. It is kept
   * from all other processes until it is closed or its holder dies.
   * @throws GhostError audit_log_held, integrity_broken
   */
  open(): Promise<AuditWriter>;
  /** Every line as it stands, torn or damaged ones included, for `ghost audit verify`. */
  lines(): AsyncIterable<AuditText>;
}

export interface AuditWriter {
  /** The outbox position of the last line when the log was opened, 0 for an empty one. */
  readonly position: number;
  /** Appends and syncs. */
  append(lines: readonly AuditLine[]): Promise<void>;
  close(): Promise<void>;
}

export interface AuditText {
  /** From 1. */
  readonly number: number;
  readonly text: string;
  /** A last line without its line break was never acknowledged: it is being written, or its writer died. */
  readonly end: 'whole' | 'torn';
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
