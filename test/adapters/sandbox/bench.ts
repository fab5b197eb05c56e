import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandSandbox, type SandboxOptions, sandboxOwner } from '../../../src/adapters/sandbox/sandbox.ts';
import type { Ran, SandboxedCommand } from '../../../src/ports/sandbox.ts';

/** Where bubblewrap can be installed, a skip is a failure. */
export const isRequired = existsSync('/etc/debian_version') && process.env.CI === 'true';

/** A sandbox in a home that other users cannot enter, as an operator's may be. */
export interface Bench {
  readonly home: string;
  readonly scratch: string;
  readonly directory: string;
  readonly sandbox: ReturnType<typeof commandSandbox>;
  sh(
    script: string,
    over?: Partial<SandboxedCommand>,
    signal?: AbortSignal,
  ): Promise<Ran & { readonly text: string }>;
  close(): void;
}

export function openBench(options: Partial<SandboxOptions> = {}): Bench {
  const home = mkdtempSync(join(tmpdir(), 'ghost-sandbox-'));
  const scratch = join(home, 'scratch');
  const directory = privateCopy(home, 'copy');
  const sandbox = commandSandbox({ scratch, ...options });
  return {
    home,
    scratch,
    directory,
    sandbox,
    sh: async (script, over = {}, signal = new AbortController().signal) => {
      const command = {
        argv: ['sh', '-c', script],
        directory,
        environment: {},
        timeoutMs: 30_000,
        outputCap: 65_536,
      };
      const ran = await sandbox.run({ ...command, ...over }, signal);
      return { ...ran, text: Buffer.from(ran.output).toString() };
    },
    close: () => {
      // A runner that was killed may have left a directory of the kernel's that even its owner has to open first.
      execFileSync('chmod', ['-R', 'u+rwx', home]);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function privateCopy(home: string, name: string): string {
  const directory = join(home, name);
  mkdirSync(directory);
  const owner = sandboxOwner();
  if (owner) chownSync(directory, owner.uid, owner.gid);
  return directory;
}

/** Pids of living processes whose argument list holds `word`. */
export function processesWith(word: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && argumentsOf(name).includes(word))
    .map(Number);
}

function argumentsOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** Waits for another process, which sends no signal to wait for. */
export async function eventually(what: string, holds: () => boolean): Promise<void> {
  for (let left = 500; !holds(); left -= 1) {
    if (left === 0) throw new Error(`still not: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
