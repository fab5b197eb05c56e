import type { Response } from 'express';

/** What a route says, apart from how it is sent. */
export type Answer =
  | {
      readonly kind: 'json';
      readonly status: number;
      readonly headers: AnswerHeaders;
      readonly body: unknown;
    }
  | { readonly kind: 'bytes'; readonly type: string; readonly body: Uint8Array | string }
  | { readonly kind: 'nothing' }
  /** Writes for itself; resolves when it has said everything. */
  | { readonly kind: 'stream'; readonly run: (response: Response) => Promise<void> };

type AnswerHeaders = Readonly<Record<string, string>>;

export function json(body: unknown, status = 200, headers: AnswerHeaders = {}): Answer {
  return { kind: 'json', status, headers, body };
}

export function bytes(type: string, body: Uint8Array | string): Answer {
  return { kind: 'bytes', type, body };
}

export function nothing(): Answer {
  return { kind: 'nothing' };
}

/** An answer that comes after the time-out was answered is dropped. */
export async function send(response: Response, answer: Answer): Promise<void> {
  if (response.headersSent) return;
  if (answer.kind === 'stream') return answer.run(response);
  if (!response.hasHeader('Cache-Control')) response.setHeader('Cache-Control', 'no-store');
  switch (answer.kind) {
    case 'json':
      response.status(answer.status).set(answer.headers).json(answer.body);
      return;
    case 'bytes':
      response.setHeader('Content-Type', answer.type);
      response.end(answer.body);
      return;
    case 'nothing':
      response.status(204).end();
  }
}
