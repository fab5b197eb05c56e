import { parentPort } from 'node:worker_threads';

// A ledger thread that breaks in the middle of its work: it answers the first call and dies of the next write.
parentPort?.postMessage({ kind: 'started' });
parentPort?.on('message', (calls: readonly { id: number; name: string }[]) => {
  for (const { id, name } of calls) {
    if (id === 0) parentPort?.postMessage([{ id, kind: 'done', value: 1 }]);
    if (name === 'moveCursor') throw new Error('cannot rollback');
  }
});
