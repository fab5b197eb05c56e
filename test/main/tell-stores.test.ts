import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type StoreProblem, tellStores } from '../../src/main/tell-stores.ts';
import { installationSettings, openInstallationFor } from '../world/installation.ts';
import { eventually } from '../world/processes.ts';
import { REDIS_MISSING, startRedis } from '../world/servers/redis.ts';

it('a start tells what is wrong with each store and what to do, without a password', {
  skip: REDIS_MISSING,
}, async (t) => {
  const server = await startRedis({ 'maxmemory-policy': 'allkeys-lru', requirepass: 'correct-horse' });
  t.after(() => server.close());
  const told = async (password: string) => {
    const url = `redis://:${password}@127.0.0.1:${server.port}`;
    const installation = await openInstallationFor({ ...installationSettings(), GHOST_REDIS_URL: url });
    const problems: StoreProblem[] = [];
    tellStores(installation, (problem) => problems.push(problem));
    await eventually('a problem', () => problems.length > 0);
    await installation.close();
    return problems;
  };
  const [evicts, ...others] = await told('correct-horse');
  assert.deepEqual([evicts?.store, others], ['redis', []]);
  assert.match(evicts?.problem ?? '', /^maxmemory-policy is allkeys-lru, expected noeviction/);
  assert.equal(evicts?.fix, 'redis-cli CONFIG SET maxmemory-policy noeviction');

  const wrong = await told('battery-staple');
  assert.match(wrong[0]?.problem ?? '', /does not know the user or the password/);
  assert.doesNotMatch(JSON.stringify(wrong), /battery-staple|correct-horse/);
});
