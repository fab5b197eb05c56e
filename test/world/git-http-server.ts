import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server does with a request before or after git has had it. */
interface Interference {
  /** Waited for before git gets the request. */
  before?(request: IncomingMessage): Promise<void> | void;
  /** `cut`: git has done all of it, and the answer is thrown away. */
  after?(request: IncomingMessage): 'answer' | 'cut';
}

export interface GitHttpServer {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** Requests so far that were let in, as `POST /bare.git/git-receive-pack`. */
  readonly requests: readonly string[];
  readonly interference: Interference;
  close(): Promise<void>;
}

/** git's own `http-backend` behind a server that asks for a name and a password. */
export async function gitHttpServer(
  root: string,
  account: { readonly user: string; readonly password: string },
): Promise<GitHttpServer> {
  const requests: string[] = [];
  const interference: Interference = {};
  const expected = `Basic ${Buffer.from(`${account.user}:${account.password}`).toString('base64')}`;
  const server = createServer((request, response) => {
    if (request.headers.authorization !== expected) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' });
      return void response.end();
    }
    requests.push(`${request.method} ${request.url?.split('?')[0]}`);
    void serve(root, { request, response, interference, user: account.user });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...{ origin: `http://127.0.0.1:${port}`, requests, interference },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Served {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly interference: Interference;
  readonly user: string;
}

async function serve(root: string, { request, response, interference, user }: Served): Promise<void> {
  const body = await bodyOf(request);
  await interference.before?.(request);
  const answer = await backend(root, { request, body, user });
  if (interference.after?.(request) === 'cut') return void response.destroy();
  const split = answer.indexOf('\r\n\r\n');
  const headers = answer.subarray(0, split).toString('latin1').split('\r\n');
  const status = headers.find((line) => line.startsWith('Status: '))?.slice('Status: '.length, 11) ?? '200';
  response.statusCode = Number(status);
  for (const line of headers) {
    const [name = '', value = ''] = line.split(': ');
    if (name !== 'Status') response.setHeader(name, value);
  }
  response.end(answer.subarray(split + 4));
}

function backend(
  root: string,
  { request, body, user }: Pick<Served, 'request' | 'user'> & { readonly body: Buffer },
): Promise<Buffer> {
  const [path = '', query = ''] = (request.url ?? '').split('?');
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH ?? '',
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      REQUEST_METHOD: request.method ?? '',
      PATH_INFO: path,
      QUERY_STRING: query,
      CONTENT_TYPE: String(request.headers['content-type'] ?? ''),
      HTTP_CONTENT_ENCODING: String(request.headers['content-encoding'] ?? ''),
      REMOTE_USER: user,
      REMOTE_ADDR: '127.0.0.1',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(body);
  return bodyOf(child.stdout);
}

async function bodyOf(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
