/**
 * Aborts at the first SIGINT, SIGTERM or SIGHUP; every further one calls `hurry`.
 * The answer's `dispose` gives the signals back to whoever had them.
 */
export function stopSignal(hurry: () => void): { readonly signal: AbortSignal; dispose(): void } {
  const stopping = new AbortController();
  const on = () => {
    if (stopping.signal.aborted) hurry();
    else stopping.abort();
  };
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of names) process.on(name, on);
  return {
    signal: stopping.signal,
    dispose: () => {
      for (const name of names) process.off(name, on);
    },
  };
}

/** Resolves once `signal` is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
