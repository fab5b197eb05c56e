import type { Readable, Writable } from 'node:stream';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { ghostServer, type Serving } from './server.ts';

export interface Streams {
  readonly stdin: Readable;
  /** Nothing but the protocol is written there. */
  readonly stdout: Writable;
}

/** Serves one client on a pair of streams, until it closes its side or sends what is longer than any message. */
export async function serveOnStdio(serving: Serving, { stdin, stdout }: Streams): Promise<void> {
  const transport = new StdioServerTransport(stdin, stdout);
  const handle = serveStdio(() => ghostServer(serving), {
    transport,
    onerror: (error) => serving.logError('stdio', error),
  });
  const { onclose } = transport;
  await new Promise<void>((resolve) => {
    transport.onclose = () => {
      onclose?.();
      resolve();
    };
    stdin.once('close', resolve);
  });
  await handle.close();
  stdin.destroy();
}
