import { userInfo } from 'node:os';
import type { CliHost, OpenPurpose, ServiceAddress } from '../cli/host.ts';
import { runCli } from '../cli/program.ts';
import { EXIT } from '../core/errors.ts';
import { systemClock } from '../platform/clock.ts';
import { type Config, packageRootOf, processVariables, readConfig, readOneShotConfig } from './config.ts';
import { readOperatorToken } from './operator-token.ts';
import { readRunning } from './running.ts';
import { versionOf } from './version.ts';

/** What `bin/ghost` calls. Loads no more of the project than the command needs. */
export async function main(argv: readonly string[]): Promise<number> {
  // `ghost queue | head` closes the pipe early, which is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.stderr.write(`ghost: standard output cannot be written: ${error.message}\n`);
    process.exit(EXIT.failed);
  });
  return runCli(argv, createHost());
}

function createHost(): CliHost {
  const packageRoot = packageRootOf(import.meta.dirname);
  const variables = processVariables();
  const config = () => readConfig(variables, packageRoot);
  const host: CliHost = {
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    cwd: process.cwd(),
    user: userName(),
    clock: systemClock,
    findService: async () => findService(config()),
    yaml: async () => (await import('../adapters/files/yaml.ts')).yamlReader,
    commits: async (repo, range) => {
      const { formatCommits } = await import('../adapters/git/format-patch.ts');
      return formatCommits(repo, range);
    },
    open: async (purpose) => open(purpose, { packageRoot, config: config() }),
    repositories: async () => {
      const { repositoriesAlone } = await import('./repositories-alone.ts');
      return repositoriesAlone(config());
    },
    processes: {
      up: async (options) => {
        const { up } = await import('./up.ts');
        return up(config(), { ...options, host, homeFromEnvironment: Boolean(variables.GHOST_HOME) });
      },
      down: async () => {
        const { down } = await import('./down.ts');
        return down(config().home);
      },
      demo: async () => {
        const { demonstrate } = await import('./demo.ts');
        return demonstrate(config(), host);
      },
      mcp: async () => {
        const { serveMcp } = await import('./mcp.ts');
        const { stdin, stdout } = process;
        return serveMcp({ ...host, stdin, stdout }, versionOf(packageRoot));
      },
      health: async () => {
        const { measureHealth } = await import('./measure.ts');
        return measureHealth(config());
      },
      doctor: async () => {
        const { examineAll } = await import('./doctor.ts');
        return examineAll(variables, packageRoot);
      },
      resources: async () => {
        const { measureResources } = await import('./measure.ts');
        return measureResources(config());
      },
      checkLedger: async (file) => {
        const { checkLedgerOf } = await import('./check-ledger.ts');
        return checkLedgerOf(config(), file);
      },
      backupLedger: async (file) => {
        const { backupLedgerOf } = await import('./check-ledger.ts');
        return backupLedgerOf(config(), file);
      },
      exportLedger: async (file, progress) => {
        const { exportLedgerOf } = await import('./copy-ledger.ts');
        return exportLedgerOf(config(), file ?? process.stdout, progress);
      },
      importLedger: async (file, progress) => {
        const { importLedgerOf } = await import('./copy-ledger.ts');
        return importLedgerOf(config(), file ?? process.stdin, progress);
      },
      version: () => versionsOf(packageRoot),
    },
  };
  return host;
}

/** The service that GHOST_URL names gets GHOST_TOKEN only: the operator's token never leaves this machine. */
function findService(config: Config): ServiceAddress {
  const given = config.cliToken?.expose() ?? null;
  if (config.cliUrl !== null) return { url: config.cliUrl, token: given, supervisor: null };
  const running = readRunning(config.home.runningFile);
  return {
    url: running?.urls.gateway ?? config.gateway.url,
    token: given ?? readOperatorToken(config.home),
    supervisor: running?.process.pid ?? null,
  };
}

async function open(purpose: OpenPurpose, { packageRoot, config }: { packageRoot: string; config: Config }) {
  const { wire } = await import('./wire.ts');
  const chosen =
    purpose.kind === 'installation'
      ? config
      : readOneShotConfig(processVariables(), packageRoot, purpose.target);
  const instance = `${purpose.kind}-${process.pid}`;
  return wire(chosen, { component: 'cli', instance, console: 'none', changes: 'at-once' });
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a uid without a name.
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}

function versionsOf(packageRoot: string): Readonly<Record<string, string | null>> {
  return {
    version: versionOf(packageRoot),
    node: process.versions.node,
    sqlite: process.versions.sqlite ?? null,
  };
}
