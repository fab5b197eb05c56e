import { Agent, request } from 'node:http';

/*
 * A process of its own, so that what it costs to ask is not taken from who answers. Sends patches over a bounded number
 * of connections that are kept open, each connection one after the other, and tells the times on standard output.
 * Arguments: URL, token, first number, how many, connections.
 */
export interface LoadReport {
  readonly receipts: number;
  readonly elapsedMs: number;
  /** Milliseconds from asking to the receipt, one for each. */
  readonly latencies: readonly number[];
}

const [url = '', token = '', first = '0', count = '0', connections = '1'] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) });
const target = new URL('/api/v1/patches?workspace=bench', url);

let next = Number(first);
const end = next + Number(count);
const latencies: number[] = [];
const began = performance.now();
await Promise.all(Array.from({ length: Number(connections) }, work));
const report: LoadReport = { receipts: latencies.length, elapsedMs: performance.now() - began, latencies };
agent.destroy();
process.stdout.write(JSON.stringify(report));

async function work(): Promise<void> {
  while (next < end) {
    const number = next;
    next += 1;
    const asked = performance.now();
    await post(number);
    latencies.push(performance.now() - asked);
  }
}

function post(number: number): Promise<void> {
  const body = patch(number);
  return new Promise((resolve, reject) => {
    const sent = request(target, {
      agent,
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'text/x-diff',
        'content-length': body.length,
        'idempotency-key': `load-${number}`,
      },
    });
    sent.once('error', reject);
    sent.once('response', (response) => {
      response.once('error', reject);
      response.once('end', () =>
        response.statusCode === 202 ? resolve() : reject(new Error(`answered ${response.statusCode}`)),
      );
      response.resume();
    });
    sent.end(body);
  });
}

/** About a kilobyte, like many patches. */
function patch(number: number): Buffer {
  const path = `src/file${number}.ts`;
  const lines = Array.from({ length: 20 }, (_, at) => `+export const line${at} = ${number * 20 + at};\n`);
  const head = `diff --git a/${path} b/${path}\nnew file mode 100644\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1,20 @@\n`;
  return Buffer.from(head + lines.join(''));
}
