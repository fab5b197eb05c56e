import { parentPort } from 'node:worker_threads';
import { serveChanges } from '../../../../src/adapters/threads/serve-changes.ts';
import type { ReadText } from '../../../../src/ports/change-engine.ts';

/** A thread that does what its text says. */
const ODDITIES: Readonly<Record<string, () => ReadText>> = {
  'never end': () => {
    for (;;);
  },
  'take all memory': () => {
    const all: string[][] = [];
    for (;;) all.push(Array.from({ length: 100_000 }, (_, at) => `${at}${all.length}`));
  },
  'rest for 0.6 s': () => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600);
    return { kind: 'series', patches: [] };
  },
  'rest for ever': () => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    return { kind: 'series', patches: [] };
  },
  throw: () => {
    throw new TypeError('on purpose');
  },
  exit: () => process.exit(0),
};

if (!parentPort) throw new TypeError('odd-thread runs as a worker only');
serveChanges(parentPort, {
  read: ({ body }) => ODDITIES[Buffer.from(body).toString()]?.() ?? { kind: 'series', patches: [] },
  fit: async (source, base) => {
    await source.repository.snapshot(base.tree, []);
    return { kind: 'faulty', format: null, faults: [] };
  },
  fitLittle: async () => null,
});
