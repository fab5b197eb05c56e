import type { IsolationLevel } from '../core/gate/verdict.ts';
import type { CheckoutForm, Layers } from './repository.ts';

/** Runs commands on a private copy of a tree, fenced off as well as this machine allows. */
export interface Sandbox {
  /** Probed by trying, once; says in words what is missing for the next level. */
  isolation(): Promise<Isolation>;
  /** Runs one command to its end, its limit or `signal`, and kills its whole process group. Never throws for what the command does. */
  run(command: SandboxedCommand, signal: AbortSignal): Promise<Ran>;
}

export interface Isolation {
  readonly level: IsolationLevel;
  /** `bubblewrap, all namespaces, uid 65534; no control group: limits are per process`. */
  readonly description: string;
  /** In which form it takes what a command runs on, a copy when left out; `layers` was seen to work, and copies are taken too. */
  readonly takes?: CheckoutForm;
}

export interface SandboxedCommand {
  readonly argv: readonly string[];
  /** The private copy; becomes the working directory. Nothing else of the host is writable. */
  readonly directory: string;
  /** What lies below `directory`, where that holds only what differs. */
  readonly layers?: Layers;
  /** Everything the command sees, beside PATH, HOME, TMPDIR and LANG that the sandbox sets. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Bytes of standard output and error kept, together. */
  readonly outputCap: number;
  /** `none` when left out. `host`: what this machine reaches, for a check to which somebody granted it. */
  readonly network?: 'none' | 'host';
  /** Directories of the host that the command sees besides its copy, read-only. */
  readonly mounts?: readonly Mount[];
  /** Told of what the command prints as it comes, `at` milliseconds since 1970, also beyond the cap. */
  readonly onOutput?: (bytes: Uint8Array, at: number) => void;
}

export interface Mount {
  /** Absolute, on the host. */
  readonly from: string;
  /** Relative to the private copy, without `..`: `node_modules`. */
  readonly to: string;
}

export interface Ran {
  /**
   * `exited`: to its own end. `timed-out`, `aborted`: we killed it. `not-started`: it never ran. `cut-off`: the sandbox itself
   * was ended from outside, by neither the command nor us.
   */
  readonly ending: 'exited' | 'timed-out' | 'aborted' | 'not-started' | 'cut-off';
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly detail: string | null;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly output: Uint8Array;
  readonly truncated: boolean;
  /** As started, the sandbox's own wrapping left out. */
  readonly argv: readonly string[];
  readonly environment: readonly string[];
  readonly isolation: IsolationLevel;
}
