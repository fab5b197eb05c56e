import type { Entry } from '../core/ledger/entry.ts';

/** The projection of all chains into one append-only file of JSON lines. Nobody but the one writer changes it. */
export interface AuditLog {
  /**
   * Takes the log for writing, after waiting a little for whoever has it. It is kept from all other processes until it
   * is closed or its holder dies. Lines behind position `written` were never acknowledged: what a crash or a power loss
   * left of them is kept as far as it is whole, and cut off from the first damage on.
   * @throws GhostError audit_log_held; audit_log_broken when a line up to `written` is damaged or missing
   */
  open(written: number): Promise<AuditWriter>;
  /** Takes the log as `open` does, whatever is in it, and begins another one to take its place. */
  rebuild(): Promise<AuditRebuild>;
  /** Every line as it stands, torn or damaged ones included, for `ghost audit verify`. */
  lines(): AsyncIterable<AuditText>;
}

export interface AuditWriter {
  /** The last line when the log was opened; null for an empty one. */
  readonly last: { readonly position: number; readonly hash: string } | null;
  /** Absolute path, for people. */
  readonly path: string;
  /** Appends and syncs. */
  append(lines: readonly AuditLine[]): Promise<void>;
  close(): Promise<void>;
}

export interface AuditRebuild {
  /** Whether there is an old log to keep. */
  readonly old: 'there' | 'none';
  /** To the new log. */
  append(lines: readonly AuditLine[]): Promise<void>;
  /** Puts the new log in the place of the old one, durably, which stands beside it from then on under the name `kept`. */
  replace(kept: string): Promise<void>;
  /** Without `replace` everything is as before. */
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

export interface SummaryFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The folder that people read: one summary per finished patch, as text and as data. */
export interface Summaries {
  write(
    id: string,
    summary: {
      readonly markdown: string;
      readonly json: string;
      /** What the text shows, beside it: relative paths in folders of their own. */
      readonly files: readonly SummaryFile[];
    },
  ): Promise<{ readonly markdown: string; readonly json: string }>;
  read(id: string, form: 'markdown' | 'json'): Promise<string | null>;
  /** Absolute path of the markdown file, whether or not it is there. */
  pathOf(id: string): string;
}
