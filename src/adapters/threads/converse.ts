import type { Worker } from 'node:worker_threads';
import type { FitSource } from '../../ports/change-engine.ts';
import { arrived, askSource, carry, type Order, type Question, type Task, type Word } from './messages.ts';
import { parcelOf } from './parcel.ts';
import { type Impatience, type Patience, watchThread } from './watch-thread.ts';

export type Outcome =
  | { readonly kind: 'done'; readonly value: unknown }
  | Impatience
  | { readonly kind: 'out-of-memory' };

/**
 * Gives a thread its task and answers its questions until it is done. It is watched only while it works, so that a slow
 * repository is nobody's fault. @throws Error what the task threw, or why the thread ended
 */
export function converse(
  worker: Worker,
  task: Task,
  { source, patience }: { readonly source: FitSource | null; readonly patience: Patience },
): Promise<Outcome> {
  return new Promise<Outcome>((resolve, reject) => {
    let watch: ReturnType<typeof watchThread> | undefined;
    let isOver = false;
    const listeners = { message: heard, error: broke, exit: ended };

    function finish(settle: () => void): void {
      isOver = true;
      watch?.stop();
      for (const [event, listener] of Object.entries(listeners)) worker.off(event, listener);
      settle();
    }
    function order(what: Order): void {
      if (isOver) return;
      const { value, handedOver } = parcelOf(what);
      worker.postMessage(value, handedOver);
      watch = watchThread(worker, patience, (why) => finish(() => resolve(why)));
    }
    function heard(word: Word): void {
      watch?.stop();
      if (word.kind === 'done') finish(() => resolve({ kind: 'done', value: word.value }));
      else if (word.kind === 'failed') finish(() => reject(arrived(word.error)));
      else void answer(word.id, word.question);
    }
    async function answer(id: number, question: Question): Promise<void> {
      try {
        if (source === null) throw new TypeError(`a task without a source asked for its ${question.of}`);
        order({ kind: 'answer', id, value: await askSource(source, question) });
      } catch (error) {
        order({ kind: 'no-answer', id, error: carry(error) });
      }
    }
    function broke(error: Error & { readonly code?: string }): void {
      const full = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      finish(() => (full ? resolve({ kind: 'out-of-memory' }) : reject(error)));
    }
    function ended(): void {
      finish(() => reject(new Error('a thread that works on changes ended')));
    }

    for (const [event, listener] of Object.entries(listeners)) worker.on(event, listener);
    order({ kind: 'task', task });
  });
}
