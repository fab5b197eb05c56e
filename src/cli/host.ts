import type { DoctorReport } from '../app/diagnose.ts';
import type { LedgerReport } from '../app/ledger/check-ledger.ts';
import type { CopiedLedger, Progress } from '../app/ledger/export-ledger.ts';
import type { Needs } from '../app/needs.ts';
import type { ExitCode } from '../core/errors.ts';
import type { StateName } from '../core/patch/patch.ts';
import type { Clock } from '../platform/clock.ts';
import type { YamlReader } from '../ports/policy.ts';

/** What the command line is given by the process it runs in. */
export interface CliHost {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly stdin: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean };
  readonly cwd: string;
  /** Who acts, for what is done without a token. */
  readonly user: string;
  readonly clock: Clock;
  /** Where the service answers and with which token: looked up anew each time, since a service may move. */
  findService(): Promise<ServiceAddress>;
  /** Commits of a clone as the mails of a series. @throws GhostError input_invalid, repository_invalid */
  commits(repo: string, range: string): Promise<Uint8Array>;
  /** Reads YAML forms of patches, where no state is opened. */
  yaml(): Promise<YamlReader>;
  /** Opens the state of this installation, or of a single run on `target`. */
  open(purpose: OpenPurpose): Promise<OpenedNeeds>;
  /** Repositories alone, for whoever has no installation here, and what was seen of them before. */
  repositories(): Promise<Pick<Needs, 'repositories' | 'sightings'>>;
  readonly processes: LocalProcesses;
}

export interface Sink {
  write(chunk: string | Uint8Array): unknown;
  readonly isTTY?: boolean;
  /** Of a terminal: how many characters stand beside each other. */
  readonly columns?: number;
}

export interface ServiceAddress {
  readonly url: string;
  readonly token: string | null;
  /** The process here that runs it, and starts it again when it ends; null where none is known. */
  readonly supervisor: number | null;
}

export type OpenPurpose =
  | { readonly kind: 'installation' }
  | { readonly kind: 'one-shot'; readonly target: string };

export interface OpenedNeeds {
  readonly needs: Needs;
  close(): Promise<void>;
}

/** What the command line can do to and ask of the processes of this machine. */
interface LocalProcesses {
  up(options: { readonly json: boolean; readonly demo: boolean }): Promise<ExitCode>;
  /** Null when nothing was running. */
  down(): Promise<{ readonly pid: number; readonly tookMs: number } | null>;
  /** Lands a first patch in a demo workspace. @throws GhostError service_unreachable */
  demo(): Promise<DemoReport>;
  /** Serves an agent on standard input and output until it closes its side. */
  mcp(): Promise<ExitCode>;
  /** The components measured now. */
  health(): Promise<HealthReport>;
  /** Everything that Ghost rests on, asked now. */
  doctor(): Promise<DoctorReport>;
  /** One sample of the machine, as JSON. */
  resources(): Promise<object>;
  /** All of the ledger, or of another one such as a backup. */
  checkLedger(file: string | null): Promise<LedgerReport>;
  /** Copies the ledger to a new file, and checks that. @throws GhostError input_invalid, ledger_unavailable */
  backupLedger(file: string): Promise<LedgerReport>;
  /** Writes all of the ledger to a new file, or to standard output where none is named. */
  exportLedger(file: string | null, progress: Progress): Promise<CopiedLedger>;
  /** Fills an empty ledger from such a file, or from standard input. @throws GhostError input_invalid, ledger_not_empty */
  importLedger(file: string | null, progress: Progress): Promise<CopiedLedger>;
  version(): Readonly<Record<string, string | null>>;
}

export interface DemoReport {
  readonly patch: string;
  readonly state: StateName;
  readonly commit: string | null;
  /** Path of its summary. */
  readonly summary: string;
  /** Path of a patch that fits after it. */
  readonly secondPatch: string;
}

export interface HealthReport {
  readonly health: string;
  readonly components: readonly {
    readonly component: string;
    readonly health: string;
    readonly ageMs: number | null;
    readonly reason: string;
  }[];
}
