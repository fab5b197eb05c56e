import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fail } from '../core/errors.ts';
import type { IsolationLevel } from '../core/gate/verdict.ts';
import { type Secret, secret } from '../platform/secret.ts';
import { type Environment, readEnvironment } from './environment.ts';
import { type Home, homeInCheckout, homeInFolder } from './home.ts';
import { readStores, type StoreConfig } from './store-config.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** All that an operator can set, parsed once. The table of settings is in settings.ts. */
export interface Config extends StoreConfig {
  readonly packageRoot: string;
  readonly home: Home;
  readonly gateway: Endpoint;
  readonly runner: Endpoint;
  /** By which other machines reach this one; null where what it listens on, or its own name, does. */
  readonly advertisedHost: string | null;
  readonly cooldownMs: number;
  readonly leaseTtlMs: number;
  /** Repairs in a row that are taken of one patch; 0 for none. */
  readonly repairRounds: number;
  /** How long outputs of checks are kept; null for ever. */
  readonly outputsKeptMs: number | null;
  /** URL; null where no packages are installed for checks. */
  readonly npmRegistry: string | null;
  /** Workspaces that one runner executes at a time; null for all that it has. */
  readonly slots: number | null;
  /** To see what less of it is like; 3 for all that the machine gives. */
  readonly isolationAtMost: IsolationLevel;
  readonly logLevel: LogLevel;
  readonly production: boolean;
  readonly corsOrigins: readonly string[];
  /** Requests a minute for each client; 0 for no limit. */
  readonly rateLimit: number;
  readonly slackSigningSecret: Secret | null;
  /** Null where no folder is named: then nothing is taken in from files. */
  readonly inbox: InboxConfig | null;
  readonly cliUrl: string | null;
  readonly cliToken: Secret | null;
}

export interface InboxConfig {
  /** Absolute. */
  readonly root: string;
  readonly quietMs: number;
  readonly worldWritable: 'refused' | 'allowed';
}

/** Where a service listens. With port 0 the real one is only known once it runs: `home.runningFile` tells it. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly url: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

const MIN_LEASE_MS = 1000;
const ISOLATION_LEVELS = { 0: 0, 1: 1, 2: 2, 3: 3 } as const satisfies Record<string, IsolationLevel>;

/** The package root, from where this module stands in `src` or in `dist`. */
export function packageRootOf(moduleDirectory: string): string {
  return dirname(dirname(moduleDirectory));
}

/** The real environment. Only entry points ask for it. */
export function processVariables(): Variables {
  return process.env;
}

/** @throws GhostError config_invalid, naming the setting, what it is and what it has to be */
export function readConfig(variables: Variables, packageRoot: string): Config {
  const environment = readEnvironment(variables);
  const host = environment.text('GHOST_HOST') ?? '127.0.0.1';
  return {
    packageRoot,
    home: readHome(environment, packageRoot),
    gateway: endpoint(host, environment.port('GHOST_GATEWAY_PORT')),
    runner: endpoint(host, environment.port('GHOST_RUNNER_PORT')),
    advertisedHost: readAdvertisedHost(environment),
    ...readExecution(environment),
    ...readLogging(environment, variables),
    ...readEdges(environment),
    inbox: readInbox(environment),
    ...readStores(environment),
    ...readCommandLine(environment),
  };
}

/**
 * The configuration of one `ghost apply` without a service: unless GHOST_HOME is set, its state is the user's own
 * (XDG Base Directory Specification), except for a patch to a checkout that can be written to.
 */
export function readOneShotConfig(variables: Variables, packageRoot: string, target: string): Config {
  const config = readConfig(variables, packageRoot);
  const ownCheckout = target === packageRoot && isWritable(packageRoot);
  if (variables.GHOST_HOME || ownCheckout) return config;
  if (config.ledger.kind !== 'sqlite') {
    throw fail('config_invalid', {
      setting: 'GHOST_LEDGER',
      got: 'set, and GHOST_HOME is not',
      expected: 'both or neither: a single run that has no home of a service keeps a ledger of its own',
    });
  }
  const state = variables.XDG_STATE_HOME || join(variables.HOME || homedir(), '.local', 'state');
  // It has nobody to wake, and tells nobody.
  return { ...config, home: homeInFolder(join(state, 'ghost')), redisUrl: null, kafka: null };
}

function readHome(environment: Environment, packageRoot: string): Home {
  const folder = environment.text('GHOST_HOME');
  return folder === null ? homeInCheckout(packageRoot) : homeInFolder(folder);
}

function endpoint(host: string, port: number): Endpoint {
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  const name = reachable.includes(':') ? `[${reachable}]` : reachable;
  return { host, port, url: `http://${name}:${port}` };
}

function readAdvertisedHost(environment: Environment): string | null {
  const host = environment.text('GHOST_ADVERTISED_HOST');
  if (host === null || /^[\w.-]{1,253}$|^[\da-f:.]{2,45}$/i.test(host)) return host;
  throw fail('config_invalid', {
    setting: 'GHOST_ADVERTISED_HOST',
    got: 'something else',
    expected: 'a host name or an address, without scheme and port',
  });
}

function readExecution(environment: Environment) {
  const leaseTtlMs = environment.durationMs('GHOST_LEASE_TTL');
  if (leaseTtlMs < MIN_LEASE_MS) {
    throw fail('config_invalid', {
      setting: 'GHOST_LEASE_TTL',
      got: `${leaseTtlMs} ms`,
      expected: 'at least 1s: a shorter lease lapses while its holder works',
    });
  }
  return {
    cooldownMs: environment.durationMs('GHOST_COOLDOWN'),
    leaseTtlMs,
    repairRounds: environment.count('GHOST_REPAIR_ROUNDS'),
    outputsKeptMs: environment.durationMs('GHOST_OUTPUTS_KEPT') || null,
    npmRegistry: readRegistry(environment),
    slots: readSlots(environment),
    isolationAtMost: ISOLATION_LEVELS[environment.choice('GHOST_ISOLATION_AT_MOST', ['0', '1', '2', '3'])],
  };
}

/** It stands in the arguments of npm, which everybody on the machine may list. */
function readRegistry(environment: Environment): string | null {
  const url = environment.url('GHOST_NPM_REGISTRY', ['http', 'https']);
  if (url === null || (url.username === '' && url.password === '')) return url?.href ?? null;
  throw fail('config_invalid', {
    setting: 'GHOST_NPM_REGISTRY',
    got: 'a URL with a user or a password in it',
    expected: 'a URL without: it is handed to npm where other users of the machine can read it',
  });
}

function readSlots(environment: Environment): number | null {
  if (environment.text('GHOST_SLOTS') === null) return null;
  const slots = environment.count('GHOST_SLOTS');
  if (slots > 0) return slots;
  throw fail('config_invalid', {
    setting: 'GHOST_SLOTS',
    got: '0',
    expected: 'a whole number from 1; unset for no limit',
  });
}

function readLogging(environment: Environment, variables: Variables) {
  const logLevel = environment.choice('GHOST_LOG_LEVEL', LOG_LEVELS);
  const production = variables.NODE_ENV === 'production';
  if (production && logLevel === 'debug') {
    throw fail('config_invalid', {
      setting: 'GHOST_LOG_LEVEL',
      got: 'debug with NODE_ENV=production',
      expected: 'info, warn or error: debug lines may tell what production keeps to itself',
    });
  }
  return { logLevel, production };
}

function readEdges(environment: Environment) {
  return {
    corsOrigins: environment.list('GHOST_CORS_ORIGINS'),
    rateLimit: environment.count('GHOST_RATE_LIMIT'),
    slackSigningSecret: environment.secret('GHOST_SLACK_SIGNING_SECRET'),
  };
}

function readInbox(environment: Environment): InboxConfig | null {
  const quietMs = environment.durationMs('GHOST_INBOX_QUIET');
  const worldWritable = environment.choice('GHOST_INBOX_WORLD_WRITABLE', ['refused', 'allowed']);
  const root = environment.text('GHOST_INBOX');
  return root === null ? null : { root: resolve(root), quietMs, worldWritable };
}

function readCommandLine(environment: Environment) {
  const token = environment.text('GHOST_TOKEN');
  return {
    cliUrl: environment.url('GHOST_URL', ['http', 'https'])?.origin ?? null,
    cliToken: token === null ? null : secret(token),
  };
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
