import { type InboxFacts, type InboxNeeds, type InboxOptions, InboxRound } from './round.ts';

/** A lost wake-up delays a file by this much at most. */
const LOOK_EVERY_MS = 1_000;
/** However much is written there, the folders are looked through no more often than this. */
const PAUSE_MS = 100;

export interface InboxWorker {
  facts(): InboxFacts;
  /** Finishes the file under way. Stopping twice is fine. */
  stop(): Promise<void>;
}

/** Takes files out of the inbox for as long as it runs: each once, when it is whole and at rest. */
export function startInbox(needs: InboxNeeds, options: InboxOptions): InboxWorker {
  const stopping = new AbortController();
  const round = new InboxRound(needs, options, stopping.signal);
  const ended = run();
  return {
    facts: () => round.facts,
    stop: () => {
      stopping.abort();
      return ended;
    },
  };

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const woken = new AbortController();
      const unwatch = options.inbox.watch(() => woken.abort());
      await round.go();
      await needs.clock.sleep(PAUSE_MS, stopping.signal);
      await needs.clock.sleep(LOOK_EVERY_MS, AbortSignal.any([stopping.signal, woken.signal]));
      unwatch();
    }
  }
}
