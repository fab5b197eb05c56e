/** Lets those who ask for the same thing at the same time share one call. */
export class SharedCalls<T> {
  readonly #running = new Map<string, Promise<T>>();

  /** What the running call of this key will answer, or else `call`. */
  run(key: string, call: () => Promise<T>): Promise<T> {
    const running = this.#running.get(key);
    if (running) return running;
    const started = call().finally(() => {
      if (this.#running.get(key) === started) this.#running.delete(key);
    });
    this.#running.set(key, started);
    return started;
  }

  /** Nobody joins the running calls of these keys any more; those who wait for them still get their answers. */
  leave(matches: (key: string) => boolean): void {
    for (const key of [...this.#running.keys()].filter(matches)) this.#running.delete(key);
  }
}
