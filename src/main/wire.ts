import { dirname, extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fileAuditLog } from '../adapters/files/audit-log.ts';
import { fileHeartbeats } from '../adapters/files/heartbeats.ts';
import { openInstallation } from '../adapters/files/installation.ts';
import { fileOutputs } from '../adapters/files/outputs.ts';
import { filePolicy } from '../adapters/files/policy.ts';
import { fileSummaries } from '../adapters/files/summaries.ts';
import { fileWakeUps } from '../adapters/files/wake-ups.ts';
import { yamlReader } from '../adapters/files/yaml.ts';
import { gitRepositories } from '../adapters/git/open.ts';
import { gitMirrors } from '../adapters/git/remote/mirrors.ts';
import { jwtSigner } from '../adapters/jwt/signer.ts';
import { commandSandbox, sandboxOwner } from '../adapters/sandbox/sandbox.ts';
import { openFleetingStore } from '../adapters/sqlite/fleeting/open.ts';
import { openSqliteLedger, type SqliteLedger } from '../adapters/sqlite/open.ts';
import { threadedEngine } from '../adapters/threads/change-engine.ts';
import { changeWork, inlineEngine } from '../app/change-work.ts';
import type { Needs } from '../app/needs.ts';
import { EXIT } from '../core/errors.ts';
import { systemClock } from '../platform/clock.ts';
import { ulidFactory } from '../platform/ids.ts';
import { createLogger, type Logger } from '../platform/logger.ts';
import type { ChangeEngine } from '../ports/change-engine.ts';
import type { Dependency } from '../ports/dependency.ts';
import type { Config } from './config.ts';
import { versionOf } from './version.ts';

const ISSUER = 'ghost';
const AUDIENCE = 'ghost-api';

export interface Wired {
  readonly needs: Needs;
  readonly logger: Logger;
  /** Of this Ghost. */
  readonly version: string;
  close(): Promise<void>;
}

export interface WireOptions {
  readonly component: string;
  readonly instance: string;
  readonly console: 'text' | 'none';
  /** In a process that serves nobody else, patches are worked on at once, without a thread. */
  readonly changes?: 'at-once';
}

/** The only place that chooses adapters: the embedded rung, everything in one home. */
export async function wire(config: Config, options: WireOptions): Promise<Wired> {
  const { home } = config;
  const clock = systemClock;
  const installation = await openInstallation({ data: home.data, keys: home.keys });
  const ledger = await openSqliteLedger({ file: home.ledgerFile, clock, onDead: endProcess });
  const fleeting = openFleetingStore({ file: home.fleetingFile, clock });
  const wakeUps = fileWakeUps(home.wake);
  const owner = sandboxOwner();
  const needs: Needs = {
    ledger: ledger.ledger,
    chains: ledger.chains,
    outbox: ledger.outbox,
    leaser: ledger.leaser,
    workspaces: ledger.workspaces,
    tokens: ledger.tokens,
    signer: await jwtSigner({ file: `${home.keys}/signing.json`, issuer: ISSUER, audience: AUDIENCE, clock }),
    outputs: fileOutputs(home.outputs),
    summaries: fileSummaries(home.summaries),
    auditLog: fileAuditLog(`${home.logs}/audit.log`),
    policy: filePolicy(home.policyFile, yamlReader),
    yaml: yamlReader,
    changes: changeEngine(options),
    sandbox: commandSandbox({ scratch: home.scratch, tools: [dirname(process.execPath)] }),
    repositories: gitRepositories({
      installation: installation.id,
      scratch: home.scratch,
      ...(owner === null ? {} : { owner }),
    }),
    mirrors: gitMirrors({ folder: home.mirrors }),
    wakeUps,
    heartbeats: fileHeartbeats(home.heartbeats),
    registry: fleeting.registry,
    cache: fleeting.cache,
    dependencies: [ledgerDependency(ledger)],
    repairRounds: config.repairRounds,
    clock,
    newUlid: ulidFactory(),
  };
  const logger = createLogger({
    component: options.component,
    instance: options.instance,
    directory: home.logs,
    level: config.logLevel,
    console: options.console,
  });
  return {
    needs,
    logger,
    version: versionOf(config.packageRoot),
    close: async () => {
      await needs.changes.close();
      await wakeUps.close();
      await fleeting.close();
      await ledger.close();
      await logger.close();
    },
  };
}

function changeEngine({ changes }: WireOptions): ChangeEngine {
  const work = changeWork(yamlReader);
  if (changes === 'at-once') return inlineEngine(work);
  // The same name beside this file, whether it runs from source or compiled.
  const thread = new URL(`./change-thread${extname(fileURLToPath(import.meta.url))}`, import.meta.url);
  return threadedEngine(work, { thread });
}

/** Without its ledger thread a process can do nothing right; the supervisor starts it anew. */
function endProcess(problem: string): void {
  process.stderr.write(`ghost: the ledger is gone: ${problem}\n`);
  process.exit(EXIT.failed);
}

function ledgerDependency(ledger: SqliteLedger): Dependency {
  const measure = async () => {
    const { latencyMs, sqliteVersion, ...details } = await ledger.health();
    return { latencyMs, version: sqliteVersion, details, findings: [] };
  };
  return { name: 'ledger', serves: ['ledger', 'leaser'], need: 'required', measure };
}
