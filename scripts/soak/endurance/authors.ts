import { setTimeout as after } from 'node:timers/promises';
import type { PatchView } from '../../../src/app/views.ts';
import { sha256 } from '../../../src/core/digest.ts';
import { isPatchId, type PatchId } from '../../../src/core/patch/id.ts';
import { type InventedPatch, inventPatch } from './invented-patch.ts';
import type { Receipts } from './receipts.ts';

export interface AuthorsOptions {
  readonly patches: number;
  readonly seed: number;
  readonly workspaces: number;
  /** How many submit side by side. */
  readonly authors: number;
  readonly token: string;
  /** Of gateways that may be up. */
  readonly urls: () => readonly string[];
  readonly receipts: Receipts;
  /** Resolves when the lines are short enough for another patch. */
  readonly room: () => Promise<void>;
  readonly signal: AbortSignal;
}

export interface AuthorsReport {
  readonly acknowledged: number;
  /** Requests that had no answer, or one that says to come again. */
  readonly retried: number;
  /** Receipts asked for a second time with the same key. */
  readonly askedAgain: number;
  /** Answers that no author should have got. */
  readonly problems: readonly string[];
}

const RETRY_AFTER_MS = 50;
/** A stopped gateway takes the request and says nothing. */
const ANSWER_WITHIN_MS = 5_000;

/** Authors as they should be: one key for each patch, and again until there is a receipt. */
export class Authors {
  readonly ended: Promise<void>;
  readonly #options: AuthorsOptions;
  readonly #problems: string[] = [];
  #next = 0;
  #acknowledged = 0;
  #retried = 0;
  #askedAgain = 0;

  constructor(options: AuthorsOptions) {
    this.#options = options;
    this.ended = Promise.all(Array.from({ length: options.authors }, () => this.#work())).then(
      () => undefined,
    );
  }

  report(): AuthorsReport {
    return {
      acknowledged: this.#acknowledged,
      retried: this.#retried,
      askedAgain: this.#askedAgain,
      problems: this.#problems,
    };
  }

  async #work(): Promise<void> {
    const { patches, signal, room } = this.#options;
    while (this.#next < patches && !signal.aborted) {
      const patch = inventPatch(this.#next, this.#options);
      this.#next += 1;
      await this.#submit(patch);
      await room();
    }
  }

  async #submit(patch: InventedPatch): Promise<void> {
    const id = await this.#receipt(patch);
    if (id === null) return;
    this.#acknowledged += 1;
    this.#options.receipts.keep(patch.workspace, { id, key: patch.key, digest: sha256(patch.body) });
    if (patch.afterwards === 'cancel') await this.#ask(`/api/v1/patches/${id}/cancel`, patch, '{}');
    if (patch.afterwards !== 'ask again') return;
    const again = await this.#receipt(patch);
    if (again === null) return;
    this.#askedAgain += 1;
    if (again !== id) this.#problems.push(`key ${patch.key} was answered with ${id} and then with ${again}`);
  }

  async #receipt(patch: InventedPatch): Promise<PatchId | null> {
    const answer = await this.#ask(`/api/v1/patches?workspace=${patch.workspace}`, patch, patch.body);
    if (answer === null) return null;
    const { id = '' } = Object(answer.body) as Partial<PatchView>;
    if (answer.ok && isPatchId(id)) return id;
    this.#problems.push(`${patch.key} was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return null;
  }

  /** Again until there is an answer that counts; null once all is over. */
  async #ask(path: string, { key }: InventedPatch, body: string) {
    const { signal, token } = this.#options;
    for (let tries = 0; !signal.aborted; tries += 1) {
      const url = this.#url(tries);
      try {
        const response = await fetch(`${url}${path}`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${token}`,
            'content-type': 'application/json',
            'idempotency-key': key,
          },
          body,
          signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
        });
        const { ok, status } = response;
        const answer = await response.json();
        if (status < 500 && status !== 429) return { ok, status, body: answer };
      } catch {
        // No connection, a cut one, or silence: it may have been stored, and the key finds out.
      }
      this.#retried += 1;
      await after(RETRY_AFTER_MS);
    }
    return null;
  }

  #url(tries: number): string {
    const urls = this.#options.urls();
    return urls[(this.#next + tries) % urls.length] ?? 'http://127.0.0.1:1';
  }
}
