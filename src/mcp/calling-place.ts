import type { IncomingHttpHeaders } from 'node:http';
import { fail } from '../core/errors.ts';

/** From where calls are taken. */
export interface CallingPlace {
  /** Whether a page of this origin (the value of the header) may call. */
  readonly allowsOrigin: (origin: string) => boolean;
  /** Null where any name may lead here: on an address that others reach. */
  readonly allowsHost: ((hostname: string) => boolean) | null;
}

/**
 * A page whose name was made to lead to this machine (DNS rebinding) tells itself by its name: in `Host`, and in `Origin`.
 * @throws GhostError origin_refused
 */
export function requireOwnPlace({ allowsOrigin, allowsHost }: CallingPlace, headers: IncomingHttpHeaders) {
  const { host = '', origin } = headers;
  if (origin !== undefined && !allowsOrigin(origin))
    throw fail('origin_refused', { what: `Origin ${origin}` });
  if (allowsHost === null) return;
  const hostname = URL.parse(`http://${host}`)?.hostname ?? '';
  if (!allowsHost(hostname)) throw fail('origin_refused', { what: `Host ${host}` });
}
