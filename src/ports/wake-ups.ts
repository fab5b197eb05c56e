/**
 * Hints that something changed. They may be lost or come twice: whoever waits also looks by himself now and then.
 * Whatever goes wrong with one, nothing here ever throws or rejects.
 */
export interface WakeUps {
  notify(topic: WakeTopic): Promise<void>;
  /** Calls `wake` soon after a notification from any process; the answer ends the subscription. */
  subscribe(topic: WakeTopic, wake: () => void): () => void;
  close(): Promise<void>;
}

/** `line`: a patch joined or left a line. `outbox`: there are new events. */
export type WakeTopic = 'line' | 'outbox';
