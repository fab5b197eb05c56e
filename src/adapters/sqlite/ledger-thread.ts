import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { Call } from './calls.ts';
import { type Connections, openConnections } from './connections.ts';
import { primaryCode } from './database.ts';
import { commitTogether } from './group-commit.ts';
import { type Answer, carry, type Message, operationOf, type Started, unavailable } from './messages.ts';
import { inSnapshot, readsOn, writesOn } from './operations.ts';

/*
 * The thread that owns a process's connections to the ledger, so that a slow disk never stops the event loop.
 * Reads are answered at once; writes wait in line, and everything that came in while one transaction was synced goes
 * into the next. No timer: an idle ledger commits a single write at once, a busy one batches by itself.
 */

const port = parentPort;
if (!port) throw new TypeError('ledger-thread runs as a worker only');

const post = (message: Started | readonly Answer[]) => port.postMessage(message);

try {
  const connections = openConnections(workerData);
  serve(connections);
  post({ kind: 'started' });
} catch (error) {
  post({ kind: 'failed', error: carry(error) });
}

function serve({ writer, reader }: Connections): void {
  const reads = readsOn(reader);
  const writes = writer ? writesOn(writer) : {};
  const line: Call[] = [];
  let isClosing = false;

  port?.on('message', (message: Message) => {
    receive(message);
    receiveAll();
    while (writer && line.length > 0) post(commit(writer));
    if (isClosing) close();
  });

  function receiveAll(): void {
    for (let next = port && receiveMessageOnPort(port); next; next = port && receiveMessageOnPort(port)) {
      receive(next.message);
    }
  }

  function receive(message: Message): void {
    if (message === 'close') {
      isClosing = true;
      return;
    }
    const asked: Call[] = [];
    for (const call of message) (call.name in writes ? line : asked).push(call);
    if (asked.length > 0) post(answersTo(asked));
  }

  function answersTo(asked: readonly Call[]): readonly Answer[] {
    try {
      return inSnapshot(reader, () => asked.map(answer));
    } catch (error) {
      return asked.map(({ id }) => failed(id, readError(error)));
    }
  }

  function answer(call: Call): Answer {
    try {
      const read = operationOf(reads, call);
      if (!read) throw unavailable('it was opened for reading only');
      return { id: call.id, kind: 'done', value: read() };
    } catch (error) {
      return failed(call.id, readError(error));
    }
  }

  function commit(db: NonNullable<typeof writer>): readonly Answer[] {
    const outcomes = commitTogether<Call>(db, {
      meanwhile: receiveAll,
      take: () => line.splice(0),
      run: (call) => operationOf(writes, call)?.(),
    });
    return outcomes.map((outcome) => {
      const { id } = outcome.item;
      return outcome.kind === 'done' ? { id, kind: 'done', value: outcome.value } : failed(id, outcome.error);
    });
  }

  function close(): void {
    reader.close();
    writer?.close();
    port?.close();
  }
}

function failed(id: number, error: unknown): Answer {
  return { id, kind: 'failed', error: carry(error) };
}

function readError(error: unknown): unknown {
  return primaryCode(error) === null || !(error instanceof Error) ? error : unavailable(error.message);
}
