import type { LookupAddress } from 'node:dns';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { hostOf, namesAddress } from '../../core/gate/hosts.ts';
import { byDns, judgedAddresses, pinnedTo, type Resolve } from '../../platform/pinned-address.ts';
import type { ServiceAnswer, ServiceQuestion, Services } from '../../ports/services.ts';

/** Beyond this it is a loop, or nobody's health. */
const MOST_REDIRECTS = 5;

/** Services behind HTTP. A name is resolved once, its addresses are judged, and one of them is the one that is asked. */
export function httpServices({ resolve }: { readonly resolve: Resolve } = { resolve: byDns }): Services {
  return {
    ask: async (question, signal) => {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(question.timeoutMs)]);
      try {
        return await follow(question, resolve, limit);
      } catch (error) {
        return { kind: 'silent', why: wordsFor(error, question.timeoutMs) };
      }
    },
  };
}

async function follow(
  question: ServiceQuestion,
  resolve: Resolve,
  signal: AbortSignal,
): Promise<ServiceAnswer> {
  let url = new URL(question.url);
  for (let sentOn = 0; sentOn <= MOST_REDIRECTS; sentOn++) {
    const found = await addressesOf(url, question, { resolve, signal });
    if (found.kind === 'forbidden') return found;
    const answer = await get(url, { addresses: found.addresses, bodyCap: question.bodyCap, signal });
    const next = answer.location === null ? null : URL.parse(answer.location, url.href);
    if (next === null || !isRedirect(answer.status))
      return { kind: 'answered', status: answer.status, body: answer.body, address: answer.address };
    url = next;
  }
  return { kind: 'silent', why: `it sends on more than ${MOST_REDIRECTS} times` };
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

type Found =
  | { readonly kind: 'addresses'; readonly addresses: readonly [LookupAddress, ...LookupAddress[]] }
  | Extract<ServiceAnswer, { kind: 'forbidden' }>;

async function addressesOf(
  url: URL,
  { hosts, privateHosts }: ServiceQuestion,
  asking: { readonly resolve: Resolve; readonly signal: AbortSignal },
): Promise<Found> {
  const host = hostOf(url);
  if (!['http:', 'https:'].includes(url.protocol) || !hosts.includes(host))
    return { kind: 'forbidden', why: `${url.protocol}//${host} is no host that the policy grants` };
  const { addresses, inside } = await judgedAddresses(url, asking);
  const [first, ...others] = addresses;
  if (first === undefined) return { kind: 'forbidden', why: `${url.hostname} has no address` };
  if (inside !== null && !namesAddress(url.hostname) && !privateHosts.includes(host))
    return {
      kind: 'forbidden',
      why: `${url.hostname} leads to ${inside}, which is not public; the policy lets it with \`grants: {privateHosts: [${host}]}\``,
    };
  return { kind: 'addresses', addresses: [first, ...others] };
}

interface Got {
  readonly status: number;
  readonly location: string | null;
  readonly body: Uint8Array;
  readonly address: string;
}

function get(
  url: URL,
  asked: {
    readonly addresses: readonly [LookupAddress, ...LookupAddress[]];
    readonly bodyCap: number;
    readonly signal: AbortSignal;
  },
): Promise<Got> {
  const { promise, resolve, reject } = Promise.withResolvers<Got>();
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  const sent = request(url, {
    method: 'GET',
    agent: false,
    signal: asked.signal,
    headers: { accept: '*/*', 'user-agent': 'ghost' },
    // What was judged is what is asked: the name is not resolved a second time.
    lookup: pinnedTo(asked.addresses),
  });
  sent.once('error', reject);
  sent.once('response', (response) => {
    const address = response.socket.remoteAddress ?? '';
    const { statusCode: status = 0 } = response;
    const location = response.headers.location ?? null;
    bodyOf(response, asked.bodyCap).then((body) => resolve({ status, location, body, address }), reject);
  });
  sent.end();
  return promise;
}

/** As much of it as may be read; the line is closed under the rest. */
async function bodyOf(response: IncomingMessage, cap: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= cap) break;
  }
  return Buffer.concat(chunks).subarray(0, cap);
}

function wordsFor(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return `no answer within ${timeoutMs} ms`;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  if (code === 'ECONNREFUSED') return 'nobody listens there';
  if (code === 'ENOTFOUND') return 'its name leads nowhere';
  return error.message === '' ? (code ?? error.name) : error.message;
}
