import { guardLedger } from '../app/guard-ledger.ts';
import { gatewayApp } from '../gateway/app.ts';
import { type Running, runUnderSupervisor } from '../platform/supervised.ts';
import { slackRouter } from '../slack/router.ts';
import { type Config, packageRootOf, processVariables, readConfig } from './config.ts';
import { newInstance } from './instance.ts';
import { beat, HTTP_GRACE_MS, httpSettings, serve } from './service.ts';
import { wire } from './wire.ts';

/** Takes patches in and shows what becomes of them; executes nothing. */
async function startGateway(config: Config): Promise<Running> {
  const instance = newInstance('gateway');
  const wired = await wire(config, { component: 'gateway', instance, console: 'none' });
  const guarded = guardLedger(wired.needs);
  const needs = { ...wired.needs, ledger: guarded.ledger };
  const { logger } = wired;
  const slack = slackRouter({
    needs,
    secret: config.slackSigningSecret?.expose() ?? null,
    logger,
    clock: needs.clock,
  });
  const app = gatewayApp({
    needs,
    logger,
    settings: httpSettings(config),
    breakers: [guarded.breaker],
    readiness: [{ name: 'intake', check: guarded.requireIntake }],
    mounts: [{ path: '/slack', router: slack }],
  });
  const server = await serve(app, {
    endpoint: config.gateway,
    what: 'The gateway',
    now: () => needs.clock.now(),
  });
  const stopBeating = beat(wired, {
    component: 'gateway',
    instance,
    address: server.url,
    report: () => {
      const intake = guarded.breaker.state();
      // Open for as long as the ledger takes nothing, as on a full disk: authors hear 503 meanwhile.
      return { status: intake === 'closed' ? 'healthy' : 'degraded', details: { url: server.url, intake } };
    },
  });
  logger.info('the gateway listens', { url: server.url });
  return {
    details: { url: server.url, port: server.port },
    stop: async () => {
      await server.close(HTTP_GRACE_MS);
      await stopBeating();
      await wired.close();
    },
  };
}

await runUnderSupervisor(() =>
  startGateway(readConfig(processVariables(), packageRootOf(import.meta.dirname))),
);
