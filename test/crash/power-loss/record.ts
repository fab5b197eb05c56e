import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { aBareRepository, aRepository, git, temporaryFolder } from '../../world/git.ts';
import { installationSettings } from '../../world/installation.ts';
import { Interpreter } from './interpreter.ts';
import type { Operation } from './operation.ts';
import { SystemCallReader } from './system-call.ts';
import { differencesOf, readVolume, type Volume } from './volume.ts';

/** What the recorded process is to do. */
export interface Script {
  readonly settings: Readonly<Record<string, string>>;
  readonly repository: string;
  readonly markFile: string;
  readonly patches: readonly string[];
}

export interface Scene {
  readonly repository: 'bare' | 'checked-out';
  readonly patches: readonly string[];
}

/** A run of the product as its disk saw it. The folder is free for crash images from now on. */
export interface Recording {
  readonly root: string;
  readonly script: Script;
  readonly base: Volume;
  readonly operations: readonly Operation[];
}

/** Calls that change files or their names, and the ones that would if this product or git used them. Not every machine has all. */
const TRACED = [
  ...[
    'open',
    'openat',
    'creat',
    'write',
    'writev',
    'pwrite64',
    'pwritev',
    'pwritev2',
    'ftruncate',
    'truncate',
  ],
  ...['fallocate', 'rename', 'renameat', 'renameat2', 'link', 'linkat', 'symlink', 'symlinkat', 'unlink'],
  ...['unlinkat', 'rmdir', 'mkdir', 'mkdirat', 'fsync', 'fdatasync', 'sync_file_range', 'copy_file_range'],
  ...['sendfile', 'chmod', 'fchmod', 'fchmodat'],
];
const LONGEST_STRING = 64 * 1024 * 1024;

/**
 * What a power cut cannot hurt: the index of the write-ahead log is built anew by whoever opens the ledger first, and
 * scratch is swept when its process is gone.
 */
function isSkipped(path: string): boolean {
  return path.endsWith('-shm') || path === 'home/scratch' || path.startsWith('home/scratch/');
}

/** Null where processes can be traced; else why not. */
export function whyNotTraced(): string | null {
  const tried = spawnSync('strace', ['-f', '--seccomp-bpf', '-o', '/dev/null', 'true'], { encoding: 'utf8' });
  if (tried.error !== undefined) return `strace cannot be started: ${tried.error.message}`;
  return tried.status === 0 ? null : `strace cannot trace here: ${tried.stderr.trim()}`;
}

/** Runs gateway, runner and relay under strace. @throws when what was read does not add up to what is on disk */
export async function record(scene: Scene): Promise<Recording> {
  const root = temporaryFolder('power-loss');
  const outside = temporaryFolder('recording');
  const script = writeScript(root, outside, scene);
  const base = readVolume(root, isSkipped);
  const trace = join(outside, 'trace');
  await runTraced(trace, join(outside, 'script.json'));
  const watched = { root, skipped: isSkipped, markFile: script.markFile };
  const { operations, now } = await interpret(base, trace, watched);
  const differences = differencesOf(now, readVolume(root, isSkipped));
  if (differences.length > 0)
    throw new Error(`the recording and the disk differ at ${differences.slice(0, 10).join(', ')}`);
  rmSync(outside, { recursive: true });
  return { root, script, base, operations };
}

function writeScript(root: string, outside: string, { repository: form, patches }: Scene): Script {
  const repository = join(root, 'repository');
  git(root, 'clone', '-q', ...(form === 'bare' ? ['--bare'] : []), original(form), repository);
  mkdirSync(join(repository, form === 'bare' ? 'ghost' : '.git/ghost'), { recursive: true });
  const script: Script = {
    settings: installationSettings(join(root, 'home')),
    repository,
    markFile: join(outside, 'marks'),
    patches,
  };
  writeFileSync(join(outside, 'script.json'), JSON.stringify(script));
  return script;
}

function original(form: Scene['repository']): string {
  return form === 'bare' ? aBareRepository() : aRepository();
}

async function runTraced(trace: string, script: string): Promise<void> {
  const module = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const strings = ['-y', '-xx', '-s', String(LONGEST_STRING)];
  const traced = [
    '-f',
    '--seccomp-bpf',
    ...strings,
    '-e',
    'signal=none',
    '-e',
    `trace=${TRACED.map((call) => `?${call}`).join(',')}`,
  ];
  const child = spawn('strace', [...traced, '-o', trace, process.execPath, module('recorded.ts'), script], {
    env: {
      PATH: process.env.PATH ?? '',
      NODE_OPTIONS: `--import=${new URL('earlier-boot.ts', import.meta.url)}`,
      UV_USE_IO_URING: '0',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`the recorded run ended with ${code}: ${stderr.slice(0, 4_000)}`);
}

async function interpret(
  base: Volume,
  trace: string,
  watched: ConstructorParameters<typeof Interpreter>[1],
): Promise<Interpreter> {
  const interpreter = new Interpreter(base, watched);
  const reader = new SystemCallReader();
  for await (const line of createInterface({ input: createReadStream(trace, 'latin1') })) {
    const call = reader.read(line);
    if (call !== null) interpreter.take(call);
  }
  return interpreter;
}
