import type { CacheKey } from '../../ports/cache.ts';

/** More than these are owed as whole namespaces. */
const MOST_KEYS = 1_000;

interface DropCalls {
  drop(key: CacheKey): Promise<void>;
  dropNamespace(namespace: string): Promise<void>;
}

/**
 * What was to be dropped while the store was gone. Until it is dropped there, this process has nothing under it: what the
 * store still holds may be old.
 */
export class OwedDrops {
  readonly #keys = new Map<string, CacheKey>();
  readonly #namespaces = new Set<string>();
  readonly #calls: DropCalls;

  constructor(calls: DropCalls) {
    this.#calls = calls;
  }

  owe({ namespace, name }: CacheKey): void {
    this.#keys.set(JSON.stringify([namespace, name]), { namespace, name });
    if (this.#keys.size <= MOST_KEYS) return;
    for (const key of this.#keys.values()) this.#namespaces.add(key.namespace);
    this.#keys.clear();
  }

  oweNamespace(namespace: string): void {
    this.#namespaces.add(namespace);
  }

  /** Whether nothing is owed of this key, or it could be dropped now. */
  async isPaid({ namespace, name }: CacheKey): Promise<boolean> {
    const id = JSON.stringify([namespace, name]);
    const key = this.#keys.get(id);
    if (!key && !this.#namespaces.has(namespace)) return true;
    return (!key || (await this.#payKey(id, key))) && (await this.#payNamespace(namespace));
  }

  /** Drops what it can. Never throws. */
  async payAll(): Promise<void> {
    for (const namespace of [...this.#namespaces]) if (!(await this.#payNamespace(namespace))) return;
    for (const [id, key] of [...this.#keys]) if (!(await this.#payKey(id, key))) return;
  }

  async #payKey(id: string, key: CacheKey): Promise<boolean> {
    const paid = await done(this.#calls.drop(key));
    if (paid && this.#keys.get(id) === key) this.#keys.delete(id);
    return paid;
  }

  async #payNamespace(namespace: string): Promise<boolean> {
    if (!this.#namespaces.has(namespace)) return true;
    const paid = await done(this.#calls.dropNamespace(namespace));
    if (paid) this.#namespaces.delete(namespace);
    return paid;
  }
}

function done(call: Promise<void>): Promise<boolean> {
  return call.then(
    () => true,
    () => false,
  );
}
