import { randomBytes } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';

interface Received {
  readonly id: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into what came
  readonly message: any;
  /** What the published library says of its signature. */
  readonly isSigned: boolean;
  readonly body: string;
}

type Answer = { readonly status: number; readonly headers?: Readonly<Record<string, string>> } | 'nothing';

/** Somebody outside who is told of events: a real HTTP server on a loopback address. */
export interface Receiver {
  readonly url: string;
  readonly secret: string;
  readonly received: Received[];
  /** What the next messages are answered; the last one goes on for all that follow. */
  answer(...answers: readonly Answer[]): void;
  close(): Promise<void>;
}

export async function openReceiver(secret = newSecret()): Promise<Receiver> {
  const received: Received[] = [];
  let answers: readonly Answer[] = [{ status: 204 }];
  const server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const isSigned = verified(secret, body, request.headers as Record<string, string>);
    const id = `${request.headers['webhook-id']}`;
    received.push({ id, message: JSON.parse(body), isSigned, body });
    const [answer = { status: 204 }, ...rest] = answers;
    if (rest.length > 0) answers = rest;
    reply(response, answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...{ url: `http://127.0.0.1:${port}/hook`, secret, received },
    answer: (...next) => {
      answers = next;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function reply(response: ServerResponse, answer: Answer): void {
  if (answer !== 'nothing') response.writeHead(answer.status, answer.headers).end();
}

export function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

function verified(secret: string, body: string, headers: Record<string, string>): boolean {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
}

/** Writes `webhooks.yml` and its secret files; JSON is YAML. */
export function nameReceivers(
  folder: string,
  webhooks: readonly { readonly name: string; readonly url: string; readonly secrets: readonly string[] }[],
  rest: object = {},
): void {
  const named = webhooks.map(({ secrets, ...webhook }) => {
    const secretFile = secrets.map((secret, at) => {
      const file = `${webhook.name}-${at}.secret`;
      writeFileSync(join(folder, file), `${secret}\n`, { mode: 0o600 });
      chmodSync(join(folder, file), 0o600);
      return file;
    });
    return { ...webhook, secretFile, allowPrivate: true, ...rest };
  });
  writeFileSync(join(folder, 'webhooks.yml'), JSON.stringify({ webhooks: named }));
}
