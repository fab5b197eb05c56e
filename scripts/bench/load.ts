import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/*
 * A process of its own, so that what it costs to ask is not taken from who answers; and on bare sockets, since both share the
 * cores of one machine, and `node:http` spends three times as much on asking. Sends patches over a bounded number of
 * connections that are kept open, each connection one after the other, and tells the times on standard output.
 * Arguments: URL, token, first number, how many, connections.
 */
export interface LoadReport {
  readonly receipts: number;
  readonly elapsedMs: number;
  /** Milliseconds from asking to the receipt, one for each. */
  readonly latencies: readonly number[];
}

const [url = '', token = '', first = '0', count = '0', connections = '1'] = process.argv.slice(2);
const { hostname, port } = new URL(url);

let next = Number(first);
const end = next + Number(count);
const latencies: number[] = [];
const sockets = await Promise.all(Array.from({ length: Number(connections) }, open));
const began = performance.now();
await Promise.all(sockets.map(work));
const report: LoadReport = { receipts: latencies.length, elapsedMs: performance.now() - began, latencies };
for (const socket of sockets) socket.destroy();
process.stdout.write(JSON.stringify(report));

async function open(): Promise<Socket> {
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  return socket.setEncoding('latin1');
}

/** Asks, waits for all of the answer, and asks again, until all is sent. */
function work(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    let asked = 0;
    let answer = '';
    const ask = () => {
      if (next >= end) return resolve();
      answer = '';
      asked = performance.now();
      socket.write(requestOf(next));
      next += 1;
    };
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('a connection ended before its answer')));
    socket.on('data', (text: string) => {
      answer += text;
      if (!isWhole(answer)) return;
      if (!answer.startsWith('HTTP/1.1 202 ')) return reject(new Error(`answered ${answer}`));
      latencies.push(performance.now() - asked);
      ask();
    });
    ask();
  });
}

/** As long as its Content-Length says, which every answer here has. */
function isWhole(answer: string): boolean {
  const head = answer.indexOf('\r\n\r\n');
  const length = /\r\ncontent-length: (\d+)/i.exec(answer)?.[1];
  return head >= 0 && answer.length >= head + 4 + Number(length);
}

function requestOf(number: number): string {
  const body = patch(number);
  const head = [
    'POST /api/v1/patches?workspace=bench HTTP/1.1',
    `host: ${hostname}:${port}`,
    `authorization: Bearer ${token}`,
    'content-type: text/x-diff',
    `content-length: ${body.length}`,
    `idempotency-key: load-${number}`,
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

/** About a kilobyte, like many patches. */
function patch(number: number): string {
  const path = `src/file${number}.ts`;
  const lines = Array.from({ length: 20 }, (_, at) => `+export const line${at} = ${number * 20 + at};\n`);
  return `diff --git a/${path} b/${path}\nnew file mode 100644\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1,20 @@\n${lines.join('')}`;
}
