interface Wanted<T> {
  readonly answer: Promise<T>;
  readonly over: AbortController;
  waiting: number;
}

/** Lets those who want the same thing at the same time share one call, which goes on for as long as one of them wants it. */
export class WantedCalls<T> {
  readonly #running = new Map<string, Wanted<T>>();

  /**
   * What the call of this key answers, running or begun now. It is given a signal of its own, which aborts with the last of those
   * who wait.
   * @throws the reason of `signal` as soon as that aborts
   */
  async run(key: string, call: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const wanted = this.#running.get(key) ?? this.#begin(key, call);
    wanted.waiting += 1;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const giveUp = () => {
      this.#leave(key, wanted);
      reject(signal.reason);
    };
    signal.addEventListener('abort', giveUp, { once: true });
    wanted.answer.then(resolve, reject);
    return promise.finally(() => signal.removeEventListener('abort', giveUp));
  }

  #begin(key: string, call: (signal: AbortSignal) => Promise<T>): Wanted<T> {
    const over = new AbortController();
    const wanted: Wanted<T> = { answer: call(over.signal), over, waiting: 0 };
    this.#running.set(key, wanted);
    const end = () => this.#forget(key, wanted);
    wanted.answer.then(end, end);
    return wanted;
  }

  /** Who comes after the last one has left begins anew: this call is being broken off. */
  #leave(key: string, wanted: Wanted<T>): void {
    wanted.waiting -= 1;
    if (wanted.waiting > 0) return;
    this.#forget(key, wanted);
    wanted.over.abort();
  }

  #forget(key: string, wanted: Wanted<T>): void {
    if (this.#running.get(key) === wanted) this.#running.delete(key);
  }
}
