import { fileURLToPath } from 'node:url';
import { type Config, readConfig } from '../../src/main/config.ts';
import { type Wired, wire } from '../../src/main/wire.ts';
import { temporaryFolder } from './git.ts';

const PACKAGE_ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Settings of an installation of its own in a temporary folder: free ports, no cooldown, short leases. */
export function installationSettings(home = temporaryFolder('home')): Readonly<Record<string, string>> {
  return {
    GHOST_HOME: home,
    GHOST_GATEWAY_PORT: '0',
    GHOST_RUNNER_PORT: '0',
    GHOST_COOLDOWN: '0s',
    GHOST_LEASE_TTL: '1s',
    GHOST_RATE_LIMIT: '0',
  };
}

export interface Installation extends Wired {
  readonly config: Config;
  readonly settings: Readonly<Record<string, string>>;
}

/** The real thing: SQLite, files, git and the sandbox as the product wires them, opened by this process. */
export async function openInstallationFor(settings = installationSettings()): Promise<Installation> {
  const config = readConfig(settings, PACKAGE_ROOT);
  return {
    ...(await wire(config, { component: 'test', instance: 'test', console: 'none' })),
    config,
    settings,
  };
}
