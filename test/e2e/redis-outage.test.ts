import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { it, type TestContext } from 'node:test';
import { publicStatus, readStatus } from '../../src/app/read-status.ts';
import { installationSettings, openInstallationFor } from '../world/installation.ts';
import { eventually, startProcess } from '../world/processes.ts';
import { REDIS_MISSING, startRedis } from '../world/servers/redis.ts';
import { freePort, type TestServer } from '../world/servers/server.ts';
import { stopped } from '../world/service.ts';

const SECRET = 'the signing secret';
const LIMIT = 6;

it('gateways start without their Redis, count alone, say so, and count together as soon as it is there', {
  skip: REDIS_MISSING,
  timeout: 120_000,
}, async (t) => {
  const port = await freePort();
  const settings = {
    ...installationSettings(),
    GHOST_REDIS_URL: `redis://127.0.0.1:${port}`,
    GHOST_RATE_LIMIT: `${LIMIT}`,
    GHOST_SLACK_SIGNING_SECRET: SECRET,
  };
  const { needs, close } = await openInstallationFor(settings);
  t.after(close);
  const [one, two] = await Promise.all([startGateway(t, settings), startGateway(t, settings)]);
  let server: TestServer | null = null;
  t.after(() => server?.close());

  const replay = signed('alone');
  assert.deepEqual([await replay(one), await replay(one), await replay(two)], [200, 401, 200]);
  const told = await eventually('the gateways say so', async () => {
    const status = await readStatus(needs);
    const gateways = status.components.filter(({ component }) => component === 'gateway');
    return gateways.every(({ health }) => health === 'degraded') && { status, gateways };
  });
  for (const { problem } of told.gateways)
    assert.match(`${problem}`, /counted by this process alone: .*nobody listens there/);
  assert.equal(publicStatus(told.status).health, 'degraded');

  server = await startRedis({}, port);
  await eventually('all is well', async () => (await readStatus(needs)).health === 'healthy');
  const again = signed('together');
  assert.deepEqual([await again(one), await again(two), await again(one)], [200, 401, 401]);
  const statuses = [];
  for (let n = 0; n < LIMIT; n++) statuses.push((await fetch(`${n % 2 ? one : two}/api/v1/patches`)).status);
  assert.ok(statuses.includes(401) && statuses.at(-1) === 429, `${statuses}`);
});

async function startGateway(t: TestContext, settings: Readonly<Record<string, string>>): Promise<string> {
  const gateway = startProcess('src/main/gateway.ts', settings);
  t.after(() => stopped(gateway));
  return String((await gateway.ready).url);
}

/** One request of Slack, to be sent again and again; each answers its status. */
function signed(text: string): (url: string) => Promise<number> {
  const body = new URLSearchParams({ user_id: 'U024BE7LH', command: '/ghost', text }).toString();
  const timestamp = `${Math.floor(Date.now() / 1_000)}`;
  const digest = createHmac('sha256', SECRET).update(`v0:${timestamp}:${body}`).digest('hex');
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${digest}`,
  };
  return async (url) => (await fetch(`${url}/slack/commands`, { method: 'POST', body, headers })).status;
}
