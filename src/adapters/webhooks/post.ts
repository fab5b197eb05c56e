import type { LookupAddress } from 'node:dns';
import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { judgedAddresses, pinnedTo } from '../../platform/pinned-address.ts';

/** Within what Standard Webhooks recommends; all of it, from the name to the status. */
export const ANSWER_WITHIN_MS = 20_000;

export interface Posted {
  readonly status: number;
  readonly retryAfter: string | null;
}

/** The address of an endpoint may not be called. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
}

/**
 * Sends a body to a URL, once. Its name is resolved once, judged, and that very address is called: a name that leads
 * elsewhere a moment later is not asked again. No redirection is followed, and nothing of the answer is read but its head.
 * @throws AddressRefused, or what the network throws
 */
export async function post(
  url: URL,
  sent: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  { allowPrivate, signal: over }: { readonly allowPrivate: boolean; readonly signal: AbortSignal },
): Promise<Posted> {
  const signal = AbortSignal.any([over, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
  const address = await addressOf(url, allowPrivate, signal);
  const body = Buffer.from(sent.body);
  const headers = { ...sent.headers, 'content-length': body.length, connection: 'close' };
  const request = url.protocol === 'https:' ? requestSecure : requestPlain;
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', headers, signal, agent: false as const, lookup: pinnedTo([address]) };
    const going = request(url, options, (response) => {
      const { statusCode = 0, headers: answered } = response;
      resolve({ status: statusCode, retryAfter: answered['retry-after'] ?? null });
      response.destroy();
    });
    // After the head has come, an error is only that we read no further.
    going.on('error', (error) => reject(signal.aborted ? signal.reason : error));
    going.end(body);
  });
}

/** The first address, where all of them may be called. */
async function addressOf(url: URL, allowPrivate: boolean, signal: AbortSignal): Promise<LookupAddress> {
  const { host, addresses, inside } = await judgedAddresses(url, { signal });
  const [first] = addresses;
  if (first === undefined) throw new AddressRefused(`${host} has no address`);
  if (!allowPrivate && inside !== null)
    throw new AddressRefused(`${host} leads to an address that is not public`);
  return first;
}
