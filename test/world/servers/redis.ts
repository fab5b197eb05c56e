import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { temporaryFolder } from '../git.ts';
import { answers } from './answers.ts';
import { freePort, serverOf, type TestServer } from './server.ts';

/** For `skip`: false where Redis is there. */
export const REDIS_MISSING =
  spawnSync('redis-server', ['--version']).status === 0
    ? false
    : 'NOT tested against a real Redis: apt-get install redis-server';

/**
 * Redis as it should run below Ghost: append-only, nothing evicted. What is left out of `settings` stays so; with
 * `{ appendonly: 'no' }` it forgets on restart.
 */
export async function startRedis(
  settings: Readonly<Record<string, string>> = {},
  port?: number,
  environment: Readonly<Record<string, string>> = {},
): Promise<TestServer> {
  const at = port ?? (await freePort());
  const dir = temporaryFolder('redis');
  const all = {
    ...{ port: `${at}`, bind: '127.0.0.1', dir, save: '', appendonly: 'yes', appendfsync: 'everysec' },
    ...{ 'maxmemory-policy': 'noeviction', ...settings },
  };
  const args = Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]);
  const isUp = () => answers(at);
  const close = () => rmSync(dir, { recursive: true, force: true });
  // Its environment through `env`, which becomes the server: the process is the same one.
  const env = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const program = { command: 'env', args: [...env, 'redis-server', ...args], isUp };
  return serverOf(at, `redis://127.0.0.1:${at}`, program, close);
}
