import type { MessagePort } from 'node:worker_threads';
import type { ChangeWork, FitSource } from '../../ports/change-engine.ts';
import { arrived, carry, type Order, type Question, type Task, type Word } from './messages.ts';
import { parcelOf } from './parcel.ts';

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The thread's side: does each task it is given, and asks the process for what only that one can see. */
export function serveChanges(port: MessagePort, work: ChangeWork): void {
  const waiting = new Map<number, Waiting>();
  let questions = 0;

  const post = (word: Word) => {
    const { value, handedOver } = parcelOf(word);
    port.postMessage(value, handedOver);
  };
  const ask = (question: Question): Promise<unknown> => {
    const id = questions++;
    const answered = new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }));
    post({ kind: 'question', id, question });
    return answered;
  };
  const source = sourceFrom(ask);

  port.on('message', (order: Order) => {
    if (order.kind === 'task') {
      perform(order.task).then(
        (value) => post({ kind: 'done', value }),
        (error) => post({ kind: 'failed', error: carry(error) }),
      );
      return;
    }
    const one = waiting.get(order.id);
    waiting.delete(order.id);
    if (order.kind === 'answer') one?.resolve(order.value);
    else one?.reject(arrived(order.error));
  });

  async function perform(task: Task): Promise<unknown> {
    return task.kind === 'read' ? work.read(task.text) : work.fit(source, task.base, task.patch);
  }
}

/** What comes back is what the process's own source answered to the same call. */
function sourceFrom(ask: (question: Question) => Promise<unknown>): FitSource {
  return {
    repository: { snapshot: async (...args) => (await ask({ of: 'snapshot', args })) as never },
    remedy: {
      paths: async (...args) => (await ask({ of: 'paths', args })) as never,
      version: async (...args) => (await ask({ of: 'version', args })) as never,
      merge: async (...args) => (await ask({ of: 'merge', args })) as never,
    },
  };
}
