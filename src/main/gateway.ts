import { httpRunnerLink } from '../adapters/http/runner-link.ts';
import { RunnerAsker } from '../app/ask-runner.ts';
import { guardCounters } from '../app/guard-counters.ts';
import { guardLedger } from '../app/ledger/guard-ledger.ts';
import { rehearseAtRunner } from '../app/rehearse-at-runner.ts';
import type { RehearsalRequest } from '../app/rehearse-patch.ts';
import { gatewayApp } from '../gateway/app.ts';
import { isAllowedOrigin } from '../gateway/middleware/cors.ts';
import type { CallingPlace } from '../mcp/calling-place.ts';
import { mcpOverHttp } from '../mcp/http.ts';
import { type Running, runUnderSupervisor } from '../platform/supervised.ts';
import { slackRouter } from '../slack/router.ts';
import { addressOf } from './address.ts';
import { type Config, packageRootOf, processVariables, readConfig } from './config.ts';
import { newInstance } from './instance.ts';
import { beat, HTTP_GRACE_MS, httpSettings, serve } from './service.ts';
import { tellStores } from './tell-stores.ts';
import { wire } from './wire.ts';

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1', '[::1]']);

/** Takes patches in and shows what becomes of them; executes nothing. */
async function startGateway(config: Config): Promise<Running> {
  const instance = newInstance('gateway');
  const wired = await wire(config, { component: 'gateway', instance, console: 'none' });
  tellStores(wired);
  const guarded = guardLedger(wired.needs);
  const counting = guardCounters(wired.needs);
  const needs = { ...wired.needs, ledger: guarded.ledger, counters: counting.counters };
  const { logger } = wired;
  const slack = slackRouter({
    needs,
    secret: config.slackSigningSecret?.expose() ?? null,
    logger,
    clock: needs.clock,
  });
  const asker = new RunnerAsker(needs, {
    link: httpRunnerLink,
    caller: instance,
    version: wired.version,
    logger,
  });
  const rehearse = (request: RehearsalRequest, key: string | null) => {
    const idempotencyKey = key ?? `k_${needs.newUlid(needs.clock.now())}`;
    return rehearseAtRunner(needs, { asker, logger, idempotencyKey }, request);
  };
  const settings = httpSettings(config);
  const mcp = mcpOverHttp({
    ...{ needs, logger, version: wired.version, patchLimitBytes: settings.bodyLimitBytes },
    rehearse: (request) => rehearse(request, null),
    ...callingPlace(config),
  });
  const app = gatewayApp({
    needs,
    logger,
    settings,
    breakers: () => [guarded.breaker, ...asker.breakers()],
    rehearse,
    readiness: [{ name: 'intake', check: guarded.requireIntake }],
    mounts: [
      { path: '/slack', router: slack },
      { path: '/mcp', router: mcp },
    ],
  });
  const server = await serve(app, {
    endpoint: config.gateway,
    what: 'The gateway',
    now: () => needs.clock.now(),
  });
  const presence = beat(wired, {
    component: 'gateway',
    instance,
    address: addressOf(config, config.gateway, server),
    report: () => {
      const intake = guarded.breaker.state();
      const problem = counting.problem();
      // Open for as long as the ledger takes nothing, as on a full disk: authors hear 503 meanwhile.
      const isWell = intake === 'closed' && problem === null;
      const details = { url: server.url, intake, ...(problem === null ? {} : { problem }) };
      return { status: isWell ? 'healthy' : 'degraded', details };
    },
  });
  logger.info('the gateway listens', { url: server.url });
  return {
    details: { url: server.url, port: server.port },
    stop: async () => {
      await presence.withdraw();
      await server.close(HTTP_GRACE_MS);
      await presence.end();
      asker.close();
      await wired.close();
    },
  };
}

/** Pages of the origins that may read answers; and on a loopback address, only by its own names or theirs. */
function callingPlace({ corsOrigins, gateway }: Config): CallingPlace {
  const allowsOrigin = (origin: string) => isAllowedOrigin(origin, corsOrigins);
  if (!LOOPBACK.has(gateway.host)) return { allowsOrigin, allowsHost: null };
  const hosts = corsOrigins.map(
    (entry) => URL.parse(entry.includes('://') ? entry : `https://${entry}`)?.hostname,
  );
  return { allowsOrigin, allowsHost: (hostname) => LOOPBACK.has(hostname) || hosts.includes(hostname) };
}

await runUnderSupervisor(() =>
  startGateway(readConfig(processVariables(), packageRootOf(import.meta.dirname))),
);
