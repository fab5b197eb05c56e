import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { type GitOptions, gitRepositories } from '../../../src/adapters/git/open.ts';
import type { CommitId, TreeId } from '../../../src/core/git.ts';
import type { OpenRepository } from '../../../src/ports/repository.ts';
import { FILES } from '../../conformance/workspace-subject.ts';

export {
  change,
  FILES,
  fenceIn,
  lease,
  path,
  prepared,
  raised,
} from '../../conformance/workspace-subject.ts';

/** Plain git, as a person would run it, with an environment of its own. */
const PLAIN = {
  PATH: process.env.PATH ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Ann',
  GIT_AUTHOR_EMAIL: 'ann@example.org',
  GIT_COMMITTER_NAME: 'Ann',
  GIT_COMMITTER_EMAIL: 'ann@example.org',
  GIT_AUTHOR_DATE: '@1700000000 +0000',
  GIT_COMMITTER_DATE: '@1700000000 +0000',
};

export type Kind = 'bare' | 'checked out' | 'linked';

export interface Place {
  readonly root: string;
  /** Where plain git runs: the work tree, or the bare repository itself. */
  readonly path: string;
  readonly gitDir: string;
  readonly workTree: string | null;
  git(...args: string[]): string;
  gitWith(input: string | Buffer, env: Record<string, string>, ...args: string[]): string;
}

export function temporary(t: TestContext): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'ghost-git-')));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

export function makePlace(
  t: TestContext,
  kind: Kind = 'checked out',
  options: { format?: 'sha1' | 'sha256'; files?: Readonly<Record<string, string>> } = {},
): Place {
  const root = temporary(t);
  const seed = join(root, 'seed');
  const format = `--object-format=${options.format ?? 'sha1'}`;
  plain(root, {}, undefined, 'init', '-q', '-b', 'main', format, seed);
  for (const [name, content] of Object.entries(options.files ?? FILES)) write(join(seed, name), content);
  plain(seed, {}, undefined, 'add', '-A');
  plain(seed, {}, undefined, 'commit', '-q', '-m', 'The beginning');
  if (kind === 'checked out') return placeAt(root, seed, { gitDir: join(seed, '.git'), workTree: seed });
  if (kind === 'bare') {
    const bare = join(root, 'bare.git');
    plain(root, {}, undefined, 'clone', '-q', '--bare', seed, bare);
    return placeAt(root, bare, { gitDir: bare, workTree: null });
  }
  const linked = join(root, 'linked');
  plain(seed, {}, undefined, 'checkout', '-q', '-b', 'other');
  plain(seed, {}, undefined, 'worktree', 'add', '-q', linked, 'main');
  return placeAt(root, linked, { gitDir: join(seed, '.git'), workTree: linked });
}

function placeAt(root: string, path: string, rest: { gitDir: string; workTree: string | null }): Place {
  return {
    root,
    path,
    ...rest,
    git: (...args) => plain(path, {}, undefined, ...args).trimEnd(),
    gitWith: (input, env, ...args) => plain(path, env, input, ...args).trimEnd(),
  };
}

function plain(
  cwd: string,
  env: Record<string, string>,
  input: string | Buffer | undefined,
  ...args: string[]
) {
  return execFileSync('git', args, {
    cwd,
    env: { ...PLAIN, ...env },
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(input !== undefined && { input }),
  });
}

export function write(path: string, content: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** The place opened as the workspace `demo`; closed when the test ends. */
export async function opened(
  t: TestContext,
  place: Place,
  options: Partial<GitOptions> & { readonly branch?: string } = {},
): Promise<OpenRepository> {
  const { branch = 'main', ...rest } = options;
  const repositories = gitRepositories({
    installation: 'ours',
    scratch: join(place.root, 'scratch'),
    lockWaitMs: 200,
    ...rest,
  });
  const open = await repositories.open({
    name: 'demo',
    gitDir: place.gitDir,
    workTree: place.workTree,
    branch,
    addedAt: 0,
    addedBy: 'test',
    paused: null,
    remote: null,
    baseline: null,
  });
  t.after(() => open.repository.close());
  return open;
}

export const asTree = (id: string) => id as TreeId;
export const asCommit = (id: string) => id as CommitId;

/** Waits for something that another process does; only for process boundaries. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const end = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export function locksIn(gitDir: string): string[] {
  return ['HEAD', 'refs/heads/main', 'refs/ghost/fence/main']
    .map((name) => `${name}.lock`)
    .filter((name) => existsSync(join(gitDir, name)));
}
