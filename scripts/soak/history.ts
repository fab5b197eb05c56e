import { spawnSync } from 'node:child_process';
import { parsePath } from '../../src/core/change/paths/path.ts';
import { whySensitive } from '../../src/core/change/paths/sensitive-paths.ts';

/** Commits along first parents, each a change of the one before it. */
export interface History {
  readonly name: string;
  /** Any directory of the repository. */
  readonly repository: string;
  /** Oldest first. The first is where a replay begins; every other one is a change. */
  readonly commits: readonly string[];
}

const ENVIRONMENT = {
  PATH: process.env.PATH ?? '/usr/bin:/bin',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Somebody Else',
  GIT_AUTHOR_EMAIL: 'else@example.org',
  GIT_COMMITTER_NAME: 'Somebody Else',
  GIT_COMMITTER_EMAIL: 'else@example.org',
};
const MOST_OUTPUT = 1024 * 1024 * 1024;

/** One git command as bytes; throws with what git said. A checkout may belong to somebody else: it is only read. */
export function gitBytes(directory: string, args: readonly string[], input?: Uint8Array): Buffer {
  const { status, stdout, stderr, error } = spawnSync('git', ['-c', 'safe.directory=*', ...args], {
    cwd: directory,
    env: ENVIRONMENT,
    maxBuffer: MOST_OUTPUT,
    ...(input === undefined ? {} : { input }),
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`git ${args[0]} ended with ${status}: ${stderr.toString().trim()}`);
  return stdout;
}

export function gitText(directory: string, args: readonly string[]): string {
  return gitBytes(directory, args).toString('utf8').trimEnd();
}

/** The history of a branch, or of what is there of it in a shallow clone; its newest `atMost` changes. */
export function historyOf(name: string, repository: string, atMost: number): History {
  const listed = gitText(repository, ['rev-list', '--first-parent', '--reverse', 'HEAD']).split('\n');
  return { name, repository, commits: listed.slice(-(atMost + 1)) };
}

/** What `commit` changes in `parent`, as git tells it: renames and copies found, binary parts whole, names of blobs in full. */
export function diffOf(repository: string, parent: string, commit: string): Buffer {
  const detection = ['-M', '-C', '--find-copies-harder'];
  const form = ['-p', '--full-index', '--binary', '--no-ext-diff', '--no-textconv'];
  return gitBytes(repository, ['diff-tree', ...detection, ...form, parent, commit, '--']);
}

export function treeOf(repository: string, commit: string): string {
  return gitText(repository, ['rev-parse', '--verify', `${commit}^{tree}`]);
}

/** The sensitive paths that a history touches, which a policy has to grant before it can be replayed. */
export function sensitivePaths({ repository, commits }: History): readonly string[] {
  const range = [commits[0], commits.at(-1)].join('..');
  const form = ['--format=', '--name-only', '-z', '--no-renames'];
  const names = gitBytes(repository, ['log', '--first-parent', '--diff-merges=first-parent', ...form, range]);
  const touched = new Set(names.toString('latin1').split('\0'));
  return [...touched].filter((name) => {
    const parsed = parsePath(name);
    return parsed.kind === 'path' && whySensitive(parsed.path) !== null;
  });
}
