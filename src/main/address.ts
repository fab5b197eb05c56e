import { hostname } from 'node:os';
import type { RunningServer } from '../platform/http-server.ts';
import type { Config, Endpoint } from './config.ts';

/**
 * Where other processes of the installation reach a service. One that listens on every address is reached by its machine's name,
 * which in a container is the container's, unless an operator says better.
 */
export function addressOf(
  { advertisedHost }: Pick<Config, 'advertisedHost'>,
  { host }: Pick<Endpoint, 'host'>,
  { port }: Pick<RunningServer, 'port'>,
): string {
  const name = advertisedHost ?? (host === '0.0.0.0' || host === '::' ? hostname() : host);
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
