import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Router } from 'express';
import { CATALOGUE } from '../../src/core/errors.ts';
import { STATES } from '../../src/core/patch/patch.ts';
import { gatewayApp } from '../../src/gateway/app.ts';
import { approvalRoutes } from '../../src/gateway/routes/approvals.ts';
import { eventRoutes } from '../../src/gateway/routes/events.ts';
import { probeRoutes, statusRoutes } from '../../src/gateway/routes/health.ts';
import { keyRoutes } from '../../src/gateway/routes/keys.ts';
import { logRoutes } from '../../src/gateway/routes/logs.ts';
import { patchPartRoutes } from '../../src/gateway/routes/patch-parts.ts';
import { patchRoutes } from '../../src/gateway/routes/patches.ts';
import { phaseRoutes } from '../../src/gateway/routes/phases.ts';
import { rehearsalRoutes } from '../../src/gateway/routes/rehearsals.ts';
import { webhookRoutes } from '../../src/gateway/routes/webhooks.ts';
import { workspaceRoutes } from '../../src/gateway/routes/workspaces.ts';
import { DEFAULT_SETTINGS } from '../../src/gateway/settings.ts';
import { Streams } from '../../src/gateway/streams.ts';
import { slackRouter } from '../../src/slack/router.ts';
import { keepingLogger } from '../gateway/serve.ts';
import { openWorld, type World } from '../world/needs.ts';
import { firstColumn, page, section, table } from './markdown.ts';
import { unionOf } from './union.ts';

const PAGE = page('docs/http.md');
const ROUTES = table(section(PAGE, '## Routes'), 'method', 'path', 'who', 'what');

/** Where the gateway process mounts the Slack edge; the last test holds this against its source. */
const SLACK = '/slack';
/** Answers for itself, without a router. */
const MCP = 'POST /mcp';

describe('docs/http.md', () => {
  const logger = keepingLogger([]);
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world.close());

  it('lists exactly the routes that are mounted', () => {
    const { needs } = world;
    const app = gatewayApp({ needs, logger, settings: DEFAULT_SETTINGS });
    const slack = slackRouter({ needs, secret: null, logger, clock: needs.clock });
    const mounted = [...routesIn(app.router), ...routesIn(slack, SLACK), MCP];
    assert.deepEqual(ROUTES.map(([method, path]) => `${method} ${path}`).sort(), mounted.sort());
  });

  it('tells who may call each of them', () => {
    const { needs } = world;
    const routes = [
      ...probeRoutes(needs, { logger, checks: [] }),
      ...statusRoutes(needs, { breakers: () => [], facts: null }),
      ...keyRoutes(needs),
      ...patchRoutes(needs),
      ...approvalRoutes(needs),
      ...patchPartRoutes(needs),
      ...rehearsalRoutes(needs),
      ...eventRoutes(needs, new Streams(DEFAULT_SETTINGS)),
      ...logRoutes(needs, new Streams(DEFAULT_SETTINGS)),
      ...workspaceRoutes(needs),
      ...phaseRoutes(needs),
      ...webhookRoutes(needs),
    ];
    const access = routes.map((each) => `${each.method.toUpperCase()} ${each.path} ${each.access}`);
    const told = ROUTES.map(([method, path, who]) => `${method} ${path} ${who}`);
    assert.deepEqual(told.sort(), [...access, `POST ${SLACK}/commands Slack`, `${MCP} agent`].sort());
  });

  it('lists exactly the errors of the catalogue, with status and exit code', () => {
    const told = table(PAGE, 'code', 'status', 'exit code', 'title');
    const errors = Object.entries(CATALOGUE).map(([code, { status, exit, title }]) => [
      code,
      `${status}`,
      `${exit}`,
      title,
    ]);
    assert.deepEqual(told, errors);
  });

  it('lists exactly the states of a patch and the reasons for them', () => {
    assert.deepEqual(firstColumn(PAGE, 'state', 'meaning'), STATES);
    const reasons = (['HoldReason', 'RejectReason', 'FailReason', 'CancelReason'] as const).flatMap((name) =>
      unionOf('src/core/patch/reason.ts', name),
    );
    assert.deepEqual(firstColumn(PAGE, 'reason', 'state', 'meaning'), reasons);
  });

  it('knows where the other edges are mounted', () => {
    const gateway = page('src/main/gateway.ts');
    for (const mount of [`{ path: '${SLACK}', router: slack }`, "{ path: '/mcp', router: mcp }"])
      assert.ok(gateway.includes(mount), mount);
  });
});

/** `GET /path` for every route of a router, each once; what answers other methods is left out. */
function routesIn({ stack }: Router, prefix = ''): string[] {
  const all = stack.flatMap(({ route }) =>
    (route?.stack ?? []).flatMap(({ method }) =>
      method === undefined ? [] : [`${method.toUpperCase()} ${prefix}${route?.path}`],
    ),
  );
  return [...new Set(all)];
}
