import type { GateView } from '../app/gate/describe-gate.ts';
import type { Rehearsal } from '../app/rehearse-patch.ts';
import type { ListedPatchView, PatchView, ReceiptView } from '../app/views.ts';
import type { Format } from '../core/change/change.ts';
import type { MergeRule, StateName } from '../core/patch/patch.ts';
import type { Flag } from '../core/patch/terms.ts';

/**
 * All that an agent can do: the tools are written over this, and behind it stand the use cases of this process or the
 * service over HTTP. Every method throws a GhostError for what is refused.
 */
export interface Acts {
  submit(submission: AgentSubmission): Promise<ReceiptView>;
  rehearse(text: AgentText): Promise<Rehearsal>;
  find(id: string): Promise<PatchView>;
  /** As it stands when it is over, or when `signal` aborts; `tell` hears in a word of each move before. */
  wait(id: string, signal: AbortSignal, tell: (move: string) => void): Promise<PatchView>;
  list(filter: AgentFilter): Promise<PatchPage>;
  /** Null for all workspaces. */
  lines(workspace: string | null): Promise<readonly Line[]>;
  /** What the checks printed, in the order they ran. */
  log(id: string, wanted: LogEnd): Promise<readonly CheckRun[]>;
  /** What a patch has to pass; null for the only workspace. */
  gate(workspace: string | null): Promise<GateView>;
  cancel(id: string): Promise<PatchView>;
}

/** The text of a patch, and what is said beside it. */
export interface AgentText {
  readonly patch: string;
  /** Null chooses the only workspace. */
  readonly workspace: string | null;
  /** Null lets the content decide. */
  readonly format: Format | null;
  readonly merge: MergeRule | null;
}

export interface AgentSubmission extends AgentText {
  readonly title: string | null;
  /** The rejected patch of which this is the next attempt. */
  readonly repairs: string | null;
  /** Null where the content decides what is the same patch. */
  readonly idempotencyKey: string | null;
  /** Null takes the phase that the text has. */
  readonly phase: string | null;
  /** Beside those that the text sets. */
  readonly flags: readonly Flag[];
}

export interface AgentFilter {
  readonly workspace: string | null;
  readonly states: readonly StateName[] | null;
  readonly limit: number;
  /** Only patches with a smaller `seq`. */
  readonly before: number | null;
}

export interface PatchPage {
  readonly patches: readonly ListedPatchView[];
  /** What `before` takes for the page of older ones; null where there are none. */
  readonly next: number | null;
}

/** Where the line of a workspace stands. */
export interface Line {
  readonly name: string;
  readonly branch: string;
  readonly paused: string | null;
  readonly queued: number;
  readonly held: number;
  readonly head: { readonly id: string; readonly state: string; readonly notBefore: string | null } | null;
  readonly landed: number;
  readonly lastLanded: { readonly id: string; readonly commit: string } | null;
}

export interface LogEnd {
  /** Of this name alone; null for all. */
  readonly check: string | null;
  /** Of the end of each output. */
  readonly bytes: number;
}

/** One run of one check. */
export interface CheckRun {
  readonly attempt: number;
  readonly verdict: {
    readonly check: string;
    readonly verdict: string;
    readonly exitCode: number | null;
    readonly signal: string | null;
    readonly detail: string | null;
    readonly durationMs: number;
  };
  /** Null where it is no longer kept. */
  readonly output: string | null;
  /** Bytes of the output before what is told. */
  readonly from?: number | null;
}
