import type { Path } from '../../git.ts';
import { legible } from '../bytes.ts';
import { openedName } from './dot-git.ts';

/** What is sensitive for one reason. Names are lower case, as some file systems open them in any case. */
interface Sensitive {
  /** Completes "the path is sensitive: ...". */
  readonly why: string;
  /** Files and folders of this name, anywhere in the tree. */
  readonly anywhere?: readonly string[];
  /** Names that begin so, anywhere. */
  readonly beginning?: readonly string[];
  /** Files at the top of the tree only. */
  readonly top?: readonly string[];
  /** Folders of two names, `.github/workflows`, anywhere. */
  readonly folders?: readonly (readonly [string, string])[];
}

/*
 * What tools execute or obey without being asked. `package.json`, `Makefile` and the like are not here: they are run by
 * whoever chooses to run them, and checks install with scripts off.
 */
const SENSITIVE: readonly Sensitive[] = [
  {
    why: 'git reads filters, submodules, credentials and hooks from it',
    anywhere: ['.gitattributes', '.gitmodules', '.gitconfig', '.git-credentials', '.lfsconfig', '.githooks'],
    // The 8.3 names under which NTFS opens the first two. Source: git's is_ntfs_dot_generic.
    beginning: ['gitatt~', 'gitmod~', 'gi7d29~', 'gi7eba~'],
  },
  {
    why: 'a manager of git hooks runs what it says',
    anywhere: [
      ...[
        '.husky',
        '.pre-commit-config.yaml',
        '.pre-commit-config.yml',
        '.pre-commit-hooks.yaml',
        '.overcommit.yml',
      ],
      ...['lefthook', '.lefthook', 'lefthook-local', '.lefthook-local'].flatMap((name) =>
        ['yml', 'yaml', 'toml', 'json', 'jsonc'].map((end) => `${name}.${end}`),
      ),
    ],
    beginning: ['.lintstagedrc'],
  },
  {
    why: 'a shell or its tools read it when they start',
    anywhere: [
      ...['.profile', '.bashrc', '.bash_profile', '.bash_login', '.bash_logout', '.bash_aliases', '.inputrc'],
      ...['.zshrc', '.zshenv', '.zprofile', '.zlogin', '.zlogout', '.kshrc', '.cshrc', '.tcshrc', '.login'],
      ...[
        '.xprofile',
        '.xinitrc',
        '.xsession',
        '.xsessionrc',
        '.envrc',
        '.direnv',
        '.mise.toml',
        'mise.toml',
      ],
      ...['.netrc', '_netrc', '.curlrc', '.wgetrc', '.ssh', '.gnupg', '.tool-versions'],
    ],
  },
  {
    why: 'a package manager takes sources, hooks or commands from it',
    anywhere: [
      ...[
        '.npmrc',
        '.yarn',
        'pnpm-workspace.yaml',
        'bunfig.toml',
        '.cargo',
        'pip.conf',
        'pip.ini',
        '.pypirc',
      ],
      ...['.bundle', '.gemrc', 'nuget.config', '.condarc', '.mvn'],
    ],
    beginning: ['.yarnrc', '.pnpmfile.'],
  },
  {
    why: 'a build server runs what it says, with its own rights',
    anywhere: [
      ...['.circleci', '.buildkite', '.woodpecker', '.semaphore', '.teamcity', 'codeowners'],
      ...['.drone.yml', '.travis.yml', '.cirrus.yml', '.woodpecker.yml', '.appveyor.yml'],
    ],
    beginning: ['.gitlab-ci'],
    top: [
      ...['jenkinsfile', 'action.yml', 'action.yaml', 'appveyor.yml', 'azure-pipelines.yml', 'buildspec.yml'],
      ...['bitbucket-pipelines.yml', 'cloudbuild.yaml', 'cloudbuild.yml'],
    ],
    folders: ['workflows', 'actions'].flatMap((folder) =>
      ['.github', '.gitea', '.forgejo'].map((forge) => [forge, folder] as const),
    ),
  },
  {
    why: 'an editor runs tasks or settings from it when the folder is opened',
    anywhere: [
      ...['.vscode', '.idea', '.devcontainer', '.devcontainer.json', '.zed', '.fleet', '.dir-locals.el'],
      ...['.vimrc', '.exrc', '.nvimrc', '.nvim.lua'],
    ],
  },
  {
    why: 'an agent takes it for instructions or settings',
    anywhere: [
      ...['claude.md', 'claude.local.md', 'agents.md', 'agent.md', 'agents.override.md', 'gemini.md'],
      ...[
        '.cursorrules',
        '.windsurfrules',
        '.clinerules',
        '.roorules',
        '.goosehints',
        'copilot-instructions.md',
      ],
      ...[
        '.claude',
        '.codex',
        '.cursor',
        '.gemini',
        '.continue',
        '.windsurf',
        '.roo',
        '.kiro',
        '.junie',
        '.amazonq',
      ],
      ...['.agents', '.mcp.json'],
    ],
    beginning: ['.aider.'],
    folders: ['instructions', 'prompts', 'chatmodes', 'agents'].map((folder) => ['.github', folder] as const),
  },
  { why: 'Ghost takes its checks and rules from it', anywhere: ['.ghost'], top: ['ghost.yml', 'ghost.yaml'] },
];

/**
 * Why what stands at this path needs an explicit grant: tools execute or obey it. Null when it does not. Names are compared
 * as the most forgetful file system would open them.
 */
export function whySensitive(path: Path): string | null {
  const names = legible(path).split('/').map(openedName);
  return SENSITIVE.find((one) => covers(one, names))?.why ?? null;
}

function covers({ anywhere, beginning, top, folders }: Sensitive, names: readonly string[]): boolean {
  if (names.length === 1 && top?.includes(names[0] ?? '') === true) return true;
  return names.some(
    (name, at) =>
      anywhere?.includes(name) === true ||
      beginning?.some((start) => name.startsWith(start)) === true ||
      folders?.some(([outer, inner]) => name === outer && names[at + 1] === inner) === true,
  );
}
