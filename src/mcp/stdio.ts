import type { Readable, Writable } from 'node:stream';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { ghostServer, type Serving } from './server.ts';

/** A longer line is no message of ours: the longest patch as JSON, each of its characters escaped. */
const LONGEST_MESSAGE = 4 * 1024 * 1024;

export interface Streams {
  readonly stdin: Readable;
  /** Nothing but the protocol is written there. */
  readonly stdout: Writable;
}

/** Serves one client on a pair of streams, and ends when it closes its side. */
export async function serveOnStdio(serving: Serving, { stdin, stdout }: Streams): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    stdin.once('end', resolve);
    stdin.once('close', resolve);
  });
  const transport = new StdioServerTransport(stdin, stdout, { maxBufferSize: LONGEST_MESSAGE });
  const handle = serveStdio(() => ghostServer(serving), {
    transport,
    onerror: (error) => serving.logError('stdio', error),
  });
  await ended;
  await handle.close();
}
