import { readNpmFiles } from '../../core/gate/packages/npm-files.ts';
import type { CommandTask } from '../../core/gate/tasks/command.ts';
import type { Path } from '../../core/git.ts';
import type { Json } from '../../core/json.ts';
import type { Installed } from '../../ports/installed-packages.ts';
import type { Mount } from '../../ports/sandbox.ts';
import type { CheckJob, CheckNeeds } from './job.ts';

const MANIFEST = 'package.json' as Path;
const LOCK = 'package-lock.json' as Path;
const MODULES = 'node_modules' as Path;

export type Provided =
  /** `facts` is null where the tree names no packages, or the check does not want them. `missing` says why it runs without. */
  | {
      readonly kind: 'ready';
      readonly mounts: readonly Mount[];
      readonly facts: { readonly packages: Json } | null;
      readonly missing: string | null;
    }
  /** `author`: the files are wrong. `ours`: another attempt may find it otherwise. Neither is an answer of the check. */
  | { readonly kind: 'unprovided'; readonly whose: 'author' | 'ours'; readonly why: string };

const NOTHING_ASKED: Provided = { kind: 'ready', mounts: [], facts: null, missing: null };

/** Installed what the lock file of the tree names, for a command to see: the tree that will land decides, not the base. */
export async function providePackages(
  { packages }: Pick<CheckNeeds, 'packages'>,
  { check, candidate, repository, signal }: CheckJob<CommandTask>,
): Promise<Provided> {
  if (check.task.dependencies === false) return NOTHING_ASKED;
  const paths = [MANIFEST, LOCK, MODULES];
  const standing = await repository.snapshot(candidate.tree, paths);
  const [manifest, lock, modules] = paths.map((path) => standing.get(path));
  if (manifest?.kind !== 'file' || lock?.kind !== 'file') return NOTHING_ASKED;
  for (const [path, { mode }] of [
    [MANIFEST, manifest],
    [LOCK, lock],
  ] as const)
    if (mode === '120000') return without(`${path} is a symbolic link, which is not followed`);
  if (modules !== undefined && modules.kind !== 'absent')
    return without('the tree has a node_modules of its own');
  const read = readNpmFiles(textOf(manifest.bytes), textOf(lock.bytes));
  if (read.kind === 'faulty') return { kind: 'unprovided', whose: 'author', why: read.why };
  if (read.kind === 'unsupported') return without(read.why);
  return provided(await packages.install(read.files, signal));
}

function provided(installed: Installed): Provided {
  switch (installed.kind) {
    case 'installed': {
      const mounts = [{ from: installed.directory, to: MODULES }];
      return { kind: 'ready', mounts, facts: { packages: { installed: installed.key } }, missing: null };
    }
    case 'not-offered':
      return without(installed.why);
    case 'refused':
      return { kind: 'unprovided', whose: 'author', why: installed.why };
    case 'failed':
      return { kind: 'unprovided', whose: 'ours', why: installed.why };
  }
}

function without(why: string): Provided {
  const missing = `the packages of package-lock.json were not installed: ${why}`;
  return { kind: 'ready', mounts: [], facts: { packages: { missing: why } }, missing };
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
