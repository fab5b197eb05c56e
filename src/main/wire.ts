import { createRequire } from 'node:module';
import { dirname, extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromiumCamera } from '../adapters/browser/camera.ts';
import { fileAuditLog } from '../adapters/files/audit-log.ts';
import { fileEvidence } from '../adapters/files/evidence.ts';
import { fileEvidenceKeys } from '../adapters/files/evidence-keys.ts';
import { fileHeartbeats } from '../adapters/files/heartbeats.ts';
import { openInstallation } from '../adapters/files/installation.ts';
import { fileOutputs } from '../adapters/files/outputs.ts';
import { filePolicy } from '../adapters/files/policy.ts';
import { fileRunLogs } from '../adapters/files/run-logs.ts';
import { fileSecrets } from '../adapters/files/secrets.ts';
import { fileSightings } from '../adapters/files/sightings.ts';
import { fileSummaries } from '../adapters/files/summaries.ts';
import { fileTrust } from '../adapters/files/trust-store.ts';
import { yamlReader } from '../adapters/files/yaml.ts';
import { gitRepositories } from '../adapters/git/open.ts';
import { gitMirrors } from '../adapters/git/remote/mirrors.ts';
import { jwtSigner } from '../adapters/jwt/signer.ts';
import { npmPackages } from '../adapters/npm/installed-packages.ts';
import { commandSandbox, sandboxOwner } from '../adapters/sandbox/sandbox.ts';
import { httpServices } from '../adapters/services/http-services.ts';
import { threadedEngine } from '../adapters/threads/change-engine.ts';
import { httpWebhooks } from '../adapters/webhooks/webhooks.ts';
import { admittedLeaser } from '../app/admitted-leaser.ts';
import { changeWork, inlineEngine } from '../app/change-work.ts';
import type { Needs } from '../app/needs.ts';
import type { Publishing } from '../app/publish-outbox.ts';
import { systemClock } from '../platform/clock.ts';
import { ulidFactory } from '../platform/ids.ts';
import { createLogger, type Logger } from '../platform/logger.ts';
import type { Secret } from '../platform/secret.ts';
import type { Camera } from '../ports/camera.ts';
import type { ChangeEngine } from '../ports/change-engine.ts';
import type { Config } from './config.ts';
import { versionOf } from './version.ts';
import { openFleeting } from './wire/fleeting.ts';
import { openLedger } from './wire/ledger.ts';
import { openPublisher } from './wire/publisher.ts';

const ISSUER = 'ghost';
const AUDIENCE = 'ghost-api';

export interface Wired {
  readonly needs: Needs;
  /** For the relay; null where events are told by the gateway's streams alone. */
  readonly publishing: Publishing | null;
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

/** The only place that chooses adapters, with the files of `wire/`: by default the embedded rung, everything in one home. */
export async function wire(config: Config, options: WireOptions): Promise<Wired> {
  const { home } = config;
  const { id: installation } = await openInstallation({ data: home.data, keys: home.keys });
  const local = await inHome(config, installation);
  const stores = await openStores(config, { ...options, installation });
  const needs: Needs = {
    ...local,
    ...stores.ports,
    changes: changeEngine(options),
    dependencies: stores.dependencies,
    repairRounds: config.repairRounds,
    outputsKeptMs: config.outputsKeptMs,
    clock: systemClock,
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
    publishing: stores.publishing,
    logger,
    version: versionOf(config.packageRoot),
    close: async () => {
      await needs.changes.close();
      await stores.close();
      await logger.close();
    },
  };
}

/** What another machine may hold as well. Where one of them cannot be opened, none stays open. */
async function openStores(
  config: Config,
  { component, installation }: WireOptions & { installation: string },
) {
  const opened: { close(): Promise<void> }[] = [];
  const keep = <T extends { close(): Promise<void> }>(one: T): T => {
    opened.unshift(one);
    return one;
  };
  const close = async () => {
    for (const one of opened) await one.close();
  };
  try {
    const ledger = keep(await openLedger(config, systemClock));
    const fleeting = keep(await openFleeting(config, { installation, component, clock: systemClock }));
    const needs = { ...ledger.ports, clock: systemClock };
    const publisher = keep(await openPublisher(config, { needs, installation, component }));
    const { leaser } = ledger.ports;
    const { admission } = fleeting.ports;
    return {
      ports: {
        ...ledger.ports,
        ...fleeting.ports,
        leaser: admission === null ? leaser : admittedLeaser(leaser, admission),
      },
      publishing: publisher.publishing,
      dependencies: [ledger, fleeting, publisher].flatMap(({ dependencies }) => dependencies),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What is this machine's on every rung. */
async function inHome(config: Config, installation: string) {
  const { home } = config;
  const owner = sandboxOwner();
  const sandbox = commandSandbox({
    scratch: home.scratch,
    tools: [dirname(process.execPath)],
    atMost: config.isolationAtMost,
  });
  return {
    signer: await jwtSigner({
      file: `${home.keys}/signing.json`,
      issuer: ISSUER,
      audience: AUDIENCE,
      clock: systemClock,
    }),
    evidenceSigner: fileEvidenceKeys({ directory: home.keys, now: () => systemClock.now() }),
    evidence: fileEvidence(home.evidence),
    trust: fileTrust(home.evidence, installation),
    sightings: fileSightings(home.evidence),
    outputs: fileOutputs(home.outputs),
    runLogs: fileRunLogs(home.outputs),
    hidden: secretsOf(config),
    packages: npmPackages({
      ...{ sandbox, directory: home.packages, registry: config.npmRegistry },
      ...(owner === null ? {} : { owner }),
    }),
    summaries: fileSummaries(home.summaries),
    auditLog: fileAuditLog(`${home.logs}/audit.log`),
    policy: filePolicy(home.policyFile, yamlReader),
    secrets: fileSecrets(home.secrets),
    yaml: yamlReader,
    webhooks: httpWebhooks({
      file: home.webhooksFile,
      yaml: yamlReader,
      version: versionOf(config.packageRoot),
      now: () => systemClock.now(),
    }),
    sandbox,
    camera: camera(),
    services: httpServices(),
    repositories: gitRepositories({
      installation,
      scratch: home.scratch,
      ...(owner === null ? {} : { owner }),
    }),
    mirrors: gitMirrors({ folder: home.mirrors }),
    heartbeats: fileHeartbeats(home.heartbeats),
  };
}

/** What Ghost itself knows. Checks are given none of it, so that one that prints it has found it elsewhere. */
function secretsOf({ slackSigningSecret, cliToken, kafka, redisUrl, ledger }: Config): readonly Secret[] {
  const login = kafka?.login?.password ?? null;
  const url = ledger.kind === 'mongodb' ? ledger.url : null;
  return [slackSigningSecret, cliToken, login, redisUrl, url].filter((one) => one !== null);
}

function camera(): Camera {
  const playwright = createRequire(import.meta.url).resolve('playwright-core/package.json');
  return chromiumCamera({
    ...{ driver: besideThis('shoot'), thread: besideThis('compare-thread') },
    playwright: dirname(playwright),
  });
}

/** The same name beside this file, whether it runs from source or compiled. */
function besideThis(name: string): URL {
  return new URL(`./${name}${extname(fileURLToPath(import.meta.url))}`, import.meta.url);
}

function changeEngine({ changes }: WireOptions): ChangeEngine {
  const work = changeWork(yamlReader);
  if (changes === 'at-once') return inlineEngine(work);
  return threadedEngine(work, { thread: besideThis('change-thread') });
}
