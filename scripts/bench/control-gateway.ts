import { gatewayApp } from '../../src/gateway/app.ts';
import { packageRootOf, processVariables, readConfig } from '../../src/main/config.ts';
import { newInstance } from '../../src/main/instance.ts';
import { HTTP_GRACE_MS, httpSettings, serve } from '../../src/main/service.ts';
import { wire } from '../../src/main/wire.ts';
import { type Running, runUnderSupervisor } from '../../src/platform/supervised.ts';
import { acceptAlone } from './alone.ts';

/** The product's gateway as a process, but for one thing: each patch is stored in a transaction of its own. */
async function startControl(): Promise<Running> {
  const config = readConfig(processVariables(), packageRootOf(import.meta.dirname));
  const instance = newInstance('gateway');
  const { needs, logger, close } = await wire(config, { component: 'gateway', instance, console: 'none' });
  const ledger = { ...needs.ledger, accept: acceptAlone(config.home.ledgerFile) };
  const app = gatewayApp({ needs: { ...needs, ledger }, logger, settings: httpSettings(config) });
  const now = () => needs.clock.now();
  const server = await serve(app, { endpoint: config.gateway, what: 'The control', now });
  return {
    details: { url: server.url },
    stop: async () => {
      await server.close(HTTP_GRACE_MS);
      await close();
    },
  };
}

await runUnderSupervisor(startControl);
