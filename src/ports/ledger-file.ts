import type { OpenedLedger } from './ledger-ports.ts';

/** Where a ledger is stored, for whoever doubts it. */
export interface LedgerFile {
  /** What to do where its content does not hold and nothing better is known. */
  readonly rescue: string;
  /**
   * Looks at the store itself, below everything that reads it; changes nothing. Whatever is wrong with a file is told.
   * @throws GhostError ledger_unavailable, config_invalid, ledger_newer of a server: nothing is known of what it holds
   */
  inspect(): Promise<InspectedFile>;
  /** For reading only, beside whoever writes. @throws GhostError ledger_unsafe, ledger_newer, ledger_unavailable */
  open(): Promise<OpenedLedger>;
  /**
   * Writes all that is committed to a new file that is whole or not there, while others may go on writing.
   * @throws GhostError input_invalid when something is there already; ledger_unavailable
   */
  copyTo(path: string): Promise<void>;
  /** Takes away what was made for reading it. */
  close(): Promise<void>;
}

export interface InspectedFile {
  /** Where it is, how large, how it is set up; what could not be found out is left out. */
  readonly facts: Readonly<Record<string, string | number>>;
  /** One sentence each. */
  readonly problems: readonly string[];
  /** Whether its content can be asked for at all. */
  readonly isReadable: boolean;
  /** What to do where nothing else is wrong; null where its content is. */
  readonly advice: string | null;
}
