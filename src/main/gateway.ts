import { httpRunnerLink } from '../adapters/http/runner-link.ts';
import { RunnerAsker } from '../app/ask-runner.ts';
import { guardCounters } from '../app/guard-counters.ts';
import { guardLedger } from '../app/guard-ledger.ts';
import { rehearseAtRunner } from '../app/rehearse-at-runner.ts';
import { gatewayApp } from '../gateway/app.ts';
import { type Running, runUnderSupervisor } from '../platform/supervised.ts';
import { slackRouter } from '../slack/router.ts';
import { addressOf } from './address.ts';
import { type Config, packageRootOf, processVariables, readConfig } from './config.ts';
import { newInstance } from './instance.ts';
import { beat, HTTP_GRACE_MS, httpSettings, serve } from './service.ts';
import { tellStores } from './tell-stores.ts';
import { wire } from './wire.ts';

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
  const app = gatewayApp({
    needs,
    logger,
    settings: httpSettings(config),
    breakers: () => [guarded.breaker, ...asker.breakers()],
    rehearse: (request, key) => {
      const idempotencyKey = key ?? `k_${needs.newUlid(needs.clock.now())}`;
      return rehearseAtRunner(needs, { asker, logger, idempotencyKey }, request);
    },
    readiness: [{ name: 'intake', check: guarded.requireIntake }],
    mounts: [{ path: '/slack', router: slack }],
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

await runUnderSupervisor(() =>
  startGateway(readConfig(processVariables(), packageRootOf(import.meta.dirname))),
);
