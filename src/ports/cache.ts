/**
 * Answers kept for a while so that they need not be worked out again. Never the truth: any of it, or all, may be gone at
 * any moment, and whatever goes wrong with the store is a miss. Nothing here throws but what `load` throws.
 * Values are bytes; both sides have copies of their own.
 */
export interface Cache {
  /** Null when there is nothing, or no longer. */
  get(key: CacheKey): Promise<Uint8Array | null>;
  /** Keeps the value for `ttlMs` at most; what is too large for the store is not kept, and neither is what was there before. */
  set(key: CacheKey, value: Uint8Array, ttlMs: number): Promise<void>;
  /**
   * Answers what is there, or what `load` gives, and keeps it. Whoever asks for the same key meanwhile waits for the one
   * load that runs: in this process always, in others for a short time, after which they load it themselves. What
   * `load` throws is thrown to those of this process who wait for it, and nothing is kept. Where the key was set or
   * invalidated while it was being loaded, the answer is given and not kept, and who asks the same client after it was
   * invalidated there joins no load from before.
   */
  getOrLoad(key: CacheKey, ttlMs: number, load: () => Promise<Uint8Array>): Promise<Uint8Array>;
  invalidate(key: CacheKey): Promise<void>;
  /** Drops every key of a namespace, and of no other. */
  invalidateNamespace(namespace: string): Promise<void>;
}

export interface CacheKey {
  readonly namespace: string;
  readonly name: string;
}
