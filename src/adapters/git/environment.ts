/**
 * The scrubbed world that every git process of ours lives in. The environment is built from nothing, and whatever a
 * repository's own configuration could start (hooks, monitors, transports, signers) is overridden on the command line,
 * which wins over every configuration file.
 */
export interface GitPlace {
  /** Directories in which git and flock are looked for, in the form of PATH. */
  readonly searchPath: string;
  /** Given explicitly, so that git discovers nothing; ownership checks are for discovered repositories only. */
  readonly gitDir: string;
  readonly workTree: string | null;
}

export const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The identity of every commit and every reflog line that Ghost writes. */
export const GHOST = { name: 'Ghost', email: 'ghost@localhost' } as const;

const CONFIG: readonly string[] = [
  // Of GIT_GRAFT_FILE, which is set to have none.
  'advice.graftFileDeprecated=false',
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.attributesFile=/dev/null',
  'core.excludesFile=/dev/null',
  'core.sshCommand=/bin/false',
  'core.pager=cat',
  // git syncs nothing by default. Objects are synced by us; `committed` covers the rare ones that git writes.
  'core.fsync=committed,reference',
  'core.fsyncMethod=fsync',
  'core.quotePath=true',
  'protocol.allow=never',
  'gc.auto=0',
  'maintenance.auto=false',
  'commit.gpgSign=false',
  // Commits are signed: what a repository would print between the lines is not asked for.
  'log.showSignature=false',
  'submodule.recurse=false',
  'diff.suppressBlankEmpty=false',
  'status.renames=false',
  'status.relativePaths=false',
];

/** Everything a git process sees. `extra` may add variables of ours, never the caller's own environment. */
export function gitEnvironment(
  place: Pick<GitPlace, 'searchPath'>,
  extra: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    PATH: place.searchPath,
    HOME: '/nonexistent',
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_GRAFT_FILE: '/dev/null',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: '',
    GIT_CEILING_DIRECTORIES: '/',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_COMMITTER_NAME: GHOST.name,
    GIT_COMMITTER_EMAIL: GHOST.email,
    ...extra,
  };
}

/** git's arguments up to and including the ones of the command. The last of two equal settings is the one that counts. */
export function gitArguments(
  place: GitPlace,
  args: readonly string[],
  settings: readonly string[] = [],
): string[] {
  const workTree = place.workTree === null ? [] : [`--work-tree=${place.workTree}`];
  const own = CONFIG.flatMap((setting) => ['-c', setting]);
  return [...own, ...settings, `--git-dir=${place.gitDir}`, ...workTree, ...args];
}
