import type { Json } from '../core/json.ts';

/** Asks one runner over the network. Knows nothing of who is alive. */
export interface RunnerLink {
  /** One request, one answer, broken off after `timeoutMs`. Never throws for what the other side does. */
  post(call: RunnerCall): Promise<RunnerAnswer>;
}

export interface RunnerCall {
  /** `http://HOST:PORT`, as the registry has it. */
  readonly address: string;
  readonly path: string;
  readonly token: string;
  readonly idempotencyKey: string;
  readonly body: Json;
  readonly timeoutMs: number;
}

export type RunnerAnswer =
  | { readonly kind: 'answered'; readonly body: Json }
  /** In our envelope of errors. */
  | { readonly kind: 'refused'; readonly error: ToldError }
  /** No answer, or none that can be believed; in words. */
  | { readonly kind: 'failed'; readonly problem: string };

/** What an error said of itself on its way here. */
export interface ToldError {
  readonly code: string;
  readonly message: string;
  readonly faults: readonly Json[];
  readonly repair: Json;
}
