import { createServer } from 'node:net';
import type { Diagnosis } from '../../app/diagnose.ts';
import { ownerOfPort } from '../../platform/port-owner.ts';
import type { Endpoint } from '../config.ts';
import { readRunning } from '../running.ts';

export interface ExaminedPort {
  readonly service: string;
  readonly endpoint: Endpoint;
  readonly setting: string;
  /** Tells where the services of this home answer, while they run. */
  readonly runningFile: string;
}

/** Whether the service could listen there now, or does. */
export async function examinePort(examined: ExaminedPort): Promise<readonly Diagnosis[]> {
  const { service, endpoint, setting, runningFile } = examined;
  const { host, port } = endpoint;
  const what = `port of the ${service}`;
  const own = readRunning(runningFile)?.urls[service];
  if (own !== undefined)
    return [{ what, state: 'ok', saw: `the ${service} of this home answers at ${own}`, fix: null }];
  if (port === 0) return [{ what, state: 'ok', saw: 'any that is free', fix: null }];
  const problem = await problemOfBinding(host, port);
  if (problem === null) return [{ what, state: 'ok', saw: `${host}:${port} is free`, fix: null }];
  const owner = problem === 'EADDRINUSE' ? ownerOfPort(port) : null;
  const by = owner === null ? '' : `, by process ${owner.pid} (${owner.name})`;
  const saw = problem === 'EADDRINUSE' ? `${host}:${port} is taken${by}` : `${host}:${port}: ${problem}`;
  return [{ what, state: 'refused', saw, fix: `end what is there, or set ${setting} to another port` }];
}

/** By listening there for a moment: nothing else tells for sure. */
function problemOfBinding(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', ({ code, message }: NodeJS.ErrnoException) => resolve(code ?? message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}
