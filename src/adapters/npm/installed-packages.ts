import { chown, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../../core/digest.ts';
import type { NpmFiles } from '../../core/gate/packages/npm-files.ts';
import { npmProblem } from '../../core/gate/packages/npm-problem.ts';
import { WantedCalls } from '../../platform/wanted-calls.ts';
import type { Installed, InstalledPackages } from '../../ports/installed-packages.ts';
import type { Ran, Sandbox } from '../../ports/sandbox.ts';
import { PackageStore, type StoreRules } from './package-store.ts';

export interface NpmOptions {
  readonly sandbox: Sandbox;
  readonly directory: string;
  /** From where packages come, whatever host a lock file names; null where none are installed. */
  readonly registry: string | null;
  /** As whom commands run, where that is not this user. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  readonly rules?: StoreRules;
}

const STANDARD: StoreRules = { mostBytes: 8 * 1024 ** 3, inUseMs: 24 * 3_600_000 };
const INSTALL_MS = 600_000;
const ASK_MS = 60_000;
const PRINTED_BYTES = 64 * 1024;
/** Below it nothing can be mounted into what a check sees. */
const LEAST_LEVEL = 2;

/** Installs with npm, in the sandbox: with the network and without scripts. */
export function npmPackages(options: NpmOptions): InstalledPackages {
  const { directory, registry, sandbox, rules = STANDARD } = options;
  const store = new PackageStore(directory, rules);
  const calls = new WantedCalls<Installed>();
  let version: Promise<string | null> | null = null;
  /** Kept where it is known: a disk that was full once may have room now. */
  const npmVersion = async () => {
    version ??= askVersion(store, options).catch((error) => {
      version = null;
      throw error;
    });
    const npm = await version;
    if (npm === null) version = null;
    return npm;
  };
  return {
    install: async (files, signal) => {
      if (registry === null) return notOffered('no registry is set (`GHOST_NPM_REGISTRY`)');
      const { level } = await sandbox.isolation();
      if (level < LEAST_LEVEL)
        return notOffered(`isolation level ${level} cannot mount them; level ${LEAST_LEVEL} can`);
      try {
        const npm = await npmVersion();
        if (npm === null) return notOffered('there is no npm that a check could use');
        const key = sha256([npm, process.platform, process.arch, files.manifest, files.lock].join('\0'));
        const wanted = { files, key };
        return await calls.run(
          key,
          (over) => install(store, { ...options, registry }, { ...wanted, signal: over }),
          signal,
        );
      } catch (error) {
        return failed(error);
      }
    },
  };
}

/** Of a disk that is full, or a signal: another attempt may find it otherwise. */
function failed(error: unknown): Installed {
  return { kind: 'failed', why: error instanceof Error ? error.message : String(error) };
}

function notOffered(why: string): Installed {
  return { kind: 'not-offered', why };
}

/** That of the npm that is found inside, and of its Node; null where there is none. */
async function askVersion(store: PackageStore, options: NpmOptions): Promise<string | null> {
  const begun = await store.begin();
  try {
    const script = 'npm --version && node --version';
    const ran = await inSandbox(options, begun, { argv: ['sh', '-c', script], timeoutMs: ASK_MS });
    const text = Buffer.from(ran.output).toString().trim();
    return ran.ending === 'exited' && ran.exitCode === 0 ? text : null;
  } finally {
    await store.discard(begun);
  }
}

interface Wanted {
  readonly files: NpmFiles;
  readonly key: string;
  readonly signal: AbortSignal;
}

async function install(
  store: PackageStore,
  options: NpmOptions & { readonly registry: string },
  { files, key, signal }: Wanted,
): Promise<Installed> {
  const found = await store.find(key);
  if (found !== null) return { kind: 'installed', directory: found, key };
  const begun = await store.begin();
  try {
    await writeFile(join(begun, 'package.json'), files.manifest, { mode: 0o644 });
    await writeFile(join(begun, 'package-lock.json'), files.lock, { mode: 0o644 });
    const argv = [...CLEAN_INSTALL, `--registry=${options.registry}`];
    const ran = await inSandbox(options, begun, { argv, timeoutMs: INSTALL_MS, network: 'host', signal });
    if (ran.ending !== 'exited' || ran.exitCode !== 0) return whyNot(ran);
    return { kind: 'installed', directory: await store.keep(begun, key), key };
  } finally {
    await store.discard(begun);
  }
}

/** Whatever host the lock file names, only ours is asked; what a package contains is held to the lock file in any case. */
const CLEAN_INSTALL = [
  ...['npm', 'ci', '--ignore-scripts', '--replace-registry-host=always', '--no-audit', '--no-fund'],
  ...[
    '--no-update-notifier',
    '--fetch-retries=2',
    '--fetch-retry-mintimeout=500',
    '--fetch-retry-maxtimeout=2000',
    '--fetch-timeout=60000',
    '--loglevel=error',
  ],
  ...['--cache=.cache', '--userconfig=.no-user', '--globalconfig=.no-global', '--prefix=.'],
];

function whyNot(ran: Ran): Installed {
  if (ran.ending !== 'exited')
    return { kind: 'failed', why: `the packages could not be installed: ${ran.detail ?? ran.ending}` };
  const { whose, why } = npmProblem(Buffer.from(ran.output).toString());
  return whose === 'author' ? { kind: 'refused', why } : { kind: 'failed', why };
}

interface Command {
  readonly argv: readonly string[];
  readonly timeoutMs: number;
  readonly network?: 'host';
  readonly signal?: AbortSignal;
}

async function inSandbox(
  { sandbox, owner }: NpmOptions,
  directory: string,
  { signal = new AbortController().signal, ...command }: Command,
): Promise<Ran> {
  if (owner !== undefined) await chown(directory, owner.uid, owner.gid);
  return sandbox.run(
    { ...command, directory, environment: { CI: 'true' }, outputCap: PRINTED_BYTES },
    signal,
  );
}
