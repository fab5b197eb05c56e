import type { Client } from './client.ts';

/** A body of JSON, as `Client.post` takes it. */
export function jsonRequest(body: object): NonNullable<Parameters<Client['post']>[1]> {
  return {
    headers: { 'content-type': 'application/json' },
    body: new TextEncoder().encode(JSON.stringify(body)),
  };
}
