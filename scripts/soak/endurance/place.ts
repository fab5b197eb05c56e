import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addWorkspace } from '../../../src/app/add-workspace.ts';
import { git, write } from '../../../test/world/git.ts';
import {
  type Installation,
  installationSettings,
  openInstallationFor,
} from '../../../test/world/installation.ts';
import { workspaceName } from './invented-patch.ts';

export interface InstallationOptions {
  readonly workspaces: number;
  readonly leaseTtlMs: number;
  readonly settings?: Readonly<Record<string, string>>;
}

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** As an argument list: no shell has to start. It looks at the tree, and says no where `broken` is in it. */
const GATE = 'checks:\n  - name: not broken\n    run: [test, "!", -e, broken]\n';

/** The product as it is now, compiled: half the time to start, and a run of hours is not changed by who works beside it. */
export function build(folder: string): string {
  const outDir = join(folder, 'product', 'dist');
  mkdirSync(outDir, { recursive: true });
  const compiler = join(ROOT, 'node_modules', '.bin', 'tsc');
  execFileSync(compiler, ['-p', 'tsconfig.build.json', '--noCheck', '--outDir', outDir], { cwd: ROOT });
  copyFileSync(join(ROOT, 'package.json'), join(folder, 'product', 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'product', 'node_modules'));
  return outDir;
}

/** An installation with so many workspaces, each with a gate, before any process of it runs. */
export async function openInstallation(
  folder: string,
  { workspaces, leaseTtlMs, settings = {} }: InstallationOptions,
): Promise<Installation> {
  const home = join(folder, 'home');
  mkdirSync(home);
  const installation = await openInstallationFor({
    ...installationSettings(home),
    GHOST_LEASE_TTL: `${leaseTtlMs}ms`,
    ...settings,
  });
  for (let at = 0; at < workspaces; at += 1) {
    const name = workspaceName(at);
    const repo = repositoryIn(folder, name);
    await addWorkspace(installation.needs, {
      name,
      repo,
      branch: 'main',
      checks: [],
      actor: 'soak',
      adopt: false,
    });
  }
  return installation;
}

function repositoryIn(folder: string, name: string): string {
  const seedling = join(folder, `${name}.begin`);
  mkdirSync(seedling);
  git(seedling, 'init', '-q', '-b', 'main');
  write(seedling, { 'ghost.yml': GATE });
  git(seedling, 'add', '-A');
  git(seedling, 'commit', '-q', '-m', 'Begin');
  const bare = join(folder, `${name}.git`);
  git(folder, 'clone', '-q', '--bare', seedling, bare);
  rmSync(seedling, { recursive: true });
  return bare;
}
