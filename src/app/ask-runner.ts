import { CATALOGUE, type ErrorCode, GhostError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import { areCompatible } from '../core/version.ts';
import { type Breaker, BreakerOpen, breaker } from '../platform/breaker.ts';
import type { Logger } from '../platform/logger.ts';
import type { Registered } from '../ports/registry.ts';
import type { RunnerAnswer, RunnerCall, RunnerLink, ToldError } from '../ports/runner-link.ts';
import { callToken } from './call-token.ts';
import type { Needs } from './needs.ts';

/** Two of them, and what the gateway does by itself after them, are over before a request is answered as late. */
const ANSWERED_WITHIN_MS = 4_000;
/** One on one instance, one more on another. */
const MOST_ATTEMPTS = 2;
/** Three calls within the window tell more than one; an instance is tried again after some seconds. */
const BREAKING = { volume: 3, windowMs: 30_000, resetMs: 10_000 };

/** Errors that are about the call, and not about the work: another instance, or nobody, has to answer. */
const ABOUT_THE_CALL: ReadonlySet<string> = new Set<ErrorCode>([
  ...(['runner_stopping', 'token_missing', 'token_invalid', 'role_insufficient', 'internal'] as const),
  ...(['route_unknown', 'method_not_allowed', 'rate_limited', 'answer_late'] as const),
  ...([
    'request_malformed',
    'request_timeout',
    'body_unreadable',
    'body_too_large',
    'content_type_unknown',
  ] as const),
]);

export interface Question<T> {
  readonly path: string;
  readonly body: Json;
  /** The same for each attempt at it. */
  readonly idempotencyKey: string;
  /** Null for what is no answer to it. */
  readonly read: (body: Json) => T | null;
}

export type Asked<T> =
  | { readonly kind: 'answered'; readonly by: string; readonly answer: T }
  /** Why each one that was to be asked did not answer; empty where there is none to ask. */
  | { readonly kind: 'nobody'; readonly problems: readonly string[] };

interface AskerOptions {
  readonly link: RunnerLink;
  /** Who asks. */
  readonly caller: string;
  /** Of this Ghost. */
  readonly version: string;
  readonly logger: Logger;
  /** How long one attempt may take; 4 s when left out. */
  readonly answeredWithinMs?: number;
}

type AskerNeeds = Pick<Needs, 'registry' | 'signer' | 'clock' | 'newUlid'>;
type RunnerBreaker = Breaker<[call: RunnerCall], Usable>;
type Usable = Exclude<RunnerAnswer, { kind: 'failed' }>;

/** What a runner answers under its own name. */
interface Signed {
  readonly instance: string;
  readonly answer: Json;
}

/**
 * Asks living runners of a compatible version for work that needs no lease: each in turn, behind a breaker of its own, and once
 * more on another one where there is no answer that can be believed.
 */
export class RunnerAsker {
  readonly #needs: AskerNeeds;
  readonly #options: AskerOptions;
  readonly #breakers = new Map<string, RunnerBreaker>();
  /** What went wrong last with each instance, where nothing went well since. */
  readonly #problems = new Map<string, string>();
  readonly #withinMs: number;
  #turn = 0;

  constructor(needs: AskerNeeds, options: AskerOptions) {
    this.#needs = needs;
    this.#options = options;
    this.#withinMs = options.answeredWithinMs ?? ANSWERED_WITHIN_MS;
  }

  /** @throws GhostError the runner's own error about the work */
  async ask<T>(question: Question<T>): Promise<Asked<T>> {
    const problems: string[] = [];
    let ours: GhostError | null = null;
    for (const runner of (await this.#inTurn()).slice(0, MOST_ATTEMPTS)) {
      const outcome = await this.#askOne(runner, question);
      if (outcome.kind !== 'none') this.#problems.delete(runner.instance);
      if (outcome.kind === 'answered') return outcome;
      if (outcome.kind === 'refused' && outcome.error.status < 500) throw outcome.error;
      // What went wrong on one machine, a full disk, may go well on another.
      if (outcome.kind === 'refused') ours ??= outcome.error;
      const problem = outcome.kind === 'refused' ? outcome.error.message : outcome.problem;
      problems.push(`${runner.instance} at ${runner.address}: ${problem}`);
      const { instance, address } = runner;
      this.#problems.set(instance, problem);
      this.#options.logger.warn('a runner gave no answer', {
        instance,
        address,
        path: question.path,
        problem,
      });
    }
    if (ours !== null) throw ours;
    return { kind: 'nobody', problems };
  }

  /** One for each runner that is on the list. */
  breakers(): readonly (Pick<Breaker, 'name' | 'state' | 'stats'> & { readonly problem: string | null })[] {
    return [...this.#breakers].map(([instance, each]) => ({
      ...each,
      problem: this.#problems.get(instance) ?? null,
    }));
  }

  close(): void {
    for (const each of this.#breakers.values()) each.close();
    this.#breakers.clear();
  }

  /** Those that are left alone for now come last: they are asked only where there is no other. */
  async #inTurn(): Promise<readonly Callable[]> {
    const living = await this.#callable();
    this.#forgetOthers(living);
    this.#turn += 1;
    const first = living.length === 0 ? 0 : this.#turn % living.length;
    const inTurn = [...living.slice(first), ...living.slice(0, first)];
    const isOpen = ({ instance }: Callable) => this.#breakers.get(instance)?.state() === 'open';
    return [...inTurn.filter((one) => !isOpen(one)), ...inTurn.filter(isOpen)];
  }

  async #callable(): Promise<readonly Callable[]> {
    const { version, logger } = this.#options;
    try {
      const listed = await this.#needs.registry.list('runner');
      return listed.filter(
        (one): one is Callable => one.address !== null && areCompatible(one.version, version),
      );
    } catch (error) {
      logger.warn('nobody can tell which runners live', { error });
      return [];
    }
  }

  #forgetOthers(living: readonly Callable[]): void {
    for (const [instance, each] of this.#breakers) {
      if (living.some((one) => one.instance === instance)) continue;
      each.close();
      this.#breakers.delete(instance);
      this.#problems.delete(instance);
    }
    for (const { instance } of living)
      if (!this.#breakers.has(instance)) this.#breakers.set(instance, this.#breakerOf(instance));
  }

  #breakerOf(instance: string): RunnerBreaker {
    const post = async (call: RunnerCall): Promise<Usable> => {
      const answer = await this.#options.link.post(call);
      const problem = answer.kind === 'failed' ? answer.problem : notTheOneMeant(answer, instance);
      if (problem !== null || answer.kind === 'failed') throw new NoAnswer(problem ?? '');
      return answer;
    };
    // The link breaks off by itself, a moment earlier, and says why.
    return breaker(`runner ${instance}`, post, { ...BREAKING, timeoutMs: this.#withinMs + 500 });
  }

  async #askOne<T>(runner: Callable, question: Question<T>): Promise<Outcome<T>> {
    const { instance, address } = runner;
    const token = await callToken(this.#needs, { caller: this.#options.caller, runner: instance });
    const { path, body, idempotencyKey, read } = question;
    const call = { address, path, token, idempotencyKey, body, timeoutMs: this.#withinMs };
    try {
      const given = await this.#breakers.get(instance)?.run(call);
      if (given === undefined) return { kind: 'none', problem: 'it is gone' };
      if (given.kind === 'refused') return refused(given.error);
      const answer = read(signedOf(given.body)?.answer ?? null);
      return answer === null
        ? { kind: 'none', problem: 'what it answers is no answer to that' }
        : { kind: 'answered', by: instance, answer };
    } catch (error) {
      if (error instanceof BreakerOpen)
        return { kind: 'none', problem: 'it failed too often and is left alone' };
      return { kind: 'none', problem: error instanceof Error ? error.message : String(error) };
    }
  }
}

type Callable = Registered & { readonly address: string };

type Outcome<T> =
  | Extract<Asked<T>, { kind: 'answered' }>
  | { readonly kind: 'refused'; readonly error: GhostError }
  | { readonly kind: 'none'; readonly problem: string };

class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** An address may have passed to somebody else since its entry was made. */
function notTheOneMeant(answer: Usable, instance: string): string | null {
  if (answer.kind === 'refused')
    return ABOUT_THE_CALL.has(answer.error.code) || !(answer.error.code in CATALOGUE)
      ? `it refuses the call: ${answer.error.message}`
      : null;
  const signed = signedOf(answer.body);
  if (signed === null) return 'what it answers does not come from a runner';
  return signed.instance === instance ? null : `${signed.instance} answers there`;
}

function signedOf(body: Json): Signed | null {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null;
  const { instance, answer } = body as { readonly [name: string]: Json };
  return typeof instance === 'string' && answer !== undefined ? { instance, answer } : null;
}

function refused({ code, message, faults, repair }: ToldError): Outcome<never> {
  return { kind: 'refused', error: new GhostError(code as ErrorCode, message, { faults, repair }) };
}
