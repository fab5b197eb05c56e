import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { isPublicAddress } from './public-address.ts';

/** Every address of a name. */
export type Resolve = (name: string) => Promise<readonly LookupAddress[]>;

export const byDns: Resolve = (name) => lookup(name, { all: true });

export interface JudgedAddresses {
  readonly host: string;
  /** Empty where the name leads nowhere. */
  readonly addresses: readonly LookupAddress[];
  /** The first that is none of the open Internet: a name of two kinds is none that leads outside. */
  readonly inside: string | null;
}

/**
 * Where a URL leads, resolved once and judged. Whoever asks it pins what was judged, with `pinnedTo`: a name that leads elsewhere
 * a moment later is not resolved again.
 * @throws the reason of `signal`, also while the name is being resolved
 */
export async function judgedAddresses(
  url: URL,
  { resolve = byDns, signal }: { readonly resolve?: Resolve; readonly signal: AbortSignal },
): Promise<JudgedAddresses> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const family = isIP(host);
  const addresses = family > 0 ? [{ address: host, family }] : await orAborted(resolve(host), signal);
  const inside = addresses.find(({ address }) => !isPublicAddress(address))?.address ?? null;
  return { host, addresses, inside };
}

/** Resolving cannot be cut short; nobody waits for it longer all the same. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    promise.then(resolve, reject);
  });
}

/** For a request: these addresses, whatever name it has. */
export function pinnedTo(addresses: readonly [LookupAddress, ...LookupAddress[]]): LookupFunction {
  const [{ address, family }] = addresses;
  return (_host, options, done) => {
    if (options.all) done(null, [...addresses]);
    else done(null, address, family);
  };
}
