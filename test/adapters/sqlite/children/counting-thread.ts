import { parentPort } from 'node:worker_threads';

// Answers every call with how many messages have come so far, and leaves when it is asked to.
let messages = 0;
parentPort?.postMessage({ kind: 'started' });
parentPort?.on('message', (calls: 'close' | readonly { id: number }[]) => {
  if (calls === 'close') return parentPort?.close();
  messages += 1;
  parentPort?.postMessage(calls.map(({ id }) => ({ id, kind: 'done', value: messages })));
});
