import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { probeRedis } from '../../../src/adapters/redis/probe.ts';
import { temporaryFolder } from '../../world/git.ts';
import { eventually } from '../../world/processes.ts';
import { closedPort, hangingPort } from '../store-servers.ts';

const SERVER = 'redis-server';
const INSTALLED = spawnSync(SERVER, ['--version']).status === 0;
const skip = INSTALLED ? false : 'redis-server is not installed: the answer of a real Redis was NOT tested';

describe('the probe of Redis', () => {
  it('says that nobody is there, without the password', async (t) => {
    const port = await closedPort(t);
    const told = await probeRedis(`redis://:correct-horse@127.0.0.1:${port}`, 2_000);
    assert.equal(told.kind, 'silent');
    assert.match(JSON.stringify(told), /ECONNREFUSED/);
    assert.ok(!JSON.stringify(told).includes('correct-horse'));
  });

  it('gives a server that takes the connection and says nothing no more than its time', async (t) => {
    const port = await hangingPort(t);
    const startedAt = performance.now();
    const told = await probeRedis(`redis://127.0.0.1:${port}`, 200);
    assert.equal(told.kind, 'silent');
    assert.ok(performance.now() - startedAt < 2_000);
  });

  it('tells the version and the role of a real one', { skip }, async (t) => {
    const folder = temporaryFolder('redis');
    const socket = join(folder, 'redis.sock');
    const server = spawn(SERVER, ['--port', '0', '--unixsocket', socket, '--dir', folder, '--save', '']);
    t.after(async () => {
      server.kill();
      await once(server, 'exit');
      rmSync(folder, { recursive: true });
    });
    const told = await eventually('an answer', async () => {
      const probed = await probeRedis(socket, 1_000);
      return probed.kind === 'answers' && probed;
    });
    assert.match(told.version, /^\d+\.\d+/);
    assert.equal(told.role, 'master');
  });
});
