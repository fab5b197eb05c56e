import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { readWebhooks, type WebhookEndpoint } from '../../core/webhooks/endpoint.ts';
import { secretBytes, signatureOf } from '../../core/webhooks/signature.ts';
import { readPrivateFile } from '../../platform/private-file.ts';
import type { YamlReader } from '../../ports/policy.ts';
import type { WebhookAnswer, Webhooks } from '../../ports/webhooks.ts';
import { AddressRefused, ANSWER_WITHIN_MS, type Posted, post } from './post.ts';

/** One has a hundred. */
const LONGEST_SECRET_BYTES = 4096;
/** Whoever asks for more is asked again after a day. */
const LONGEST_RETRY_AFTER_MS = 24 * 3_600_000;

export interface WebhooksPlace {
  /** `webhooks.yml`; without it nobody is told. Files of secrets are named relative to it. */
  readonly file: string;
  readonly yaml: YamlReader;
  /** Of this Ghost, for the `user-agent`. */
  readonly version: string;
  readonly now: () => number;
}

/** Endpoints from a file of the operator, told over HTTP as Standard Webhooks says. */
export function httpWebhooks({ file, yaml, version, now }: WebhooksPlace): Webhooks {
  return {
    endpoints: async () => {
      const text = await readFile(file, 'utf8').catch(orNothing);
      return text === null ? [] : readWebhooks(yaml.read(text, file), file);
    },
    send: async (endpoint, { id, body }, signal) => {
      try {
        const secrets = await Promise.all(endpoint.secretFiles.map((name) => readSecret(file, name)));
        // The time of this attempt, not of the event: a receiver takes nothing that is older than five minutes.
        const timestamp = Math.floor(now() / 1000);
        const headers = {
          'content-type': 'application/json',
          'user-agent': `ghost/${version}`,
          'webhook-id': id,
          'webhook-timestamp': `${timestamp}`,
          'webhook-signature': signatureOf({ id, timestamp, body }, secrets),
        };
        return answerOf(await post(new URL(endpoint.url), { headers, body }, { ...endpoint, signal }), now());
      } catch (error) {
        return { kind: 'failed', problem: wordsFor(error, endpoint), retryAfterMs: null };
      }
    },
  };
}

function orNothing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

/** A secret cannot be used; the words do not hold it. */
class SecretRefused extends Error {
  override readonly name = 'SecretRefused';
}

async function readSecret(file: string, name: string): Promise<Uint8Array> {
  const found = await readPrivateFile(resolve(dirname(file), name), LONGEST_SECRET_BYTES);
  if (found.kind === 'open')
    throw new SecretRefused(`its secret file ${name} can be reached by others; expected mode 0600`);
  if (found.kind === 'link')
    throw new SecretRefused(`its secret file ${name} is a link, which is not followed`);
  if (found.kind === 'absent' || found.kind === 'no-file')
    throw new SecretRefused(`its secret file ${name} is not there`);
  const bytes = found.kind === 'read' ? secretBytes(found.bytes.toString('utf8').trim()) : null;
  if (bytes === null)
    throw new SecretRefused(`its secret file ${name} does not hold whsec_ and the base64 of 24 to 64 bytes`);
  return bytes;
}

function answerOf({ status, retryAfter }: Posted, now: number): WebhookAnswer {
  if (status >= 200 && status < 300) return { kind: 'taken', status };
  if (status === 410) return { kind: 'gone' };
  const redirects = status >= 300 && status < 400 ? '; redirections are not followed' : '';
  return {
    kind: 'failed',
    problem: `it answered ${status}${redirects}`,
    retryAfterMs: retryAfter === null ? null : waitOf(retryAfter, now),
  };
}

/** Seconds, or a date (RFC 9110); null for what is neither. */
function waitOf(retryAfter: string, now: number): number | null {
  const ms = /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), LONGEST_RETRY_AFTER_MS) : null;
}

/** A URL may hold a key in its path or query: words of the network are told, the address is not. */
function wordsFor(error: unknown, { url }: WebhookEndpoint): string {
  if (error instanceof AddressRefused || error instanceof SecretRefused) return error.message;
  if (!(error instanceof Error)) return 'it cannot be reached';
  if (error.name === 'TimeoutError') return `it did not answer within ${ANSWER_WITHIN_MS / 1000} s`;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return `${new URL(url).hostname} cannot be reached: ${code}`;
}
