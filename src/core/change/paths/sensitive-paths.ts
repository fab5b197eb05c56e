import type { Path } from '../../git.ts';
import { legible } from '../bytes.ts';
import { openedName } from './dot-git.ts';
import { type NamePart, shortNameOf } from './short-name.ts';

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
  /** Folders of two names, `.github/workflows`, anywhere; and the outer one, where it is no folder: a link leads to another. */
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
    folders: [['.config', 'git']],
  },
  {
    why: 'another version control takes hooks or settings from it',
    anywhere: ['.hg', '.hgrc', '.hgsub', '.jj', '.svn', '.bzr'],
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
      ...['.mise', 'mise.local.toml', '.mise.local.toml', '.tmux.conf', '.screenrc', '.gdbinit', '.lldbinit'],
      ...['.netrc', '_netrc', '.curlrc', '.wgetrc', '.ssh', '.gnupg', '.tool-versions'],
      ...[
        '.rprofile',
        '.renviron',
        '.octaverc',
        '.ocamlinit',
        '.ghci',
        '.irbrc',
        '.pryrc',
        '.pdbrc',
        '.iex.exs',
      ],
    ],
    folders: ['fish', 'mise', 'direnv'].map((folder) => ['.config', folder] as const),
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
    beginning: ['.yarnrc', '.pnpmfile.', '.pnp.'],
  },
  {
    why: 'a build server runs what it says, with its own rights',
    anywhere: [
      ...['.circleci', '.buildkite', '.woodpecker', '.semaphore', '.teamcity', 'codeowners'],
      ...[
        '.azure-pipelines',
        '.tekton',
        '.harness',
        '.builds',
        '.build.yml',
        '.zuul.yaml',
        '.zuul.yml',
        '.zuul.d',
      ],
      ...['.drone.jsonnet', '.drone.star', '.cirrus.star', '.gitpod.yml', '.replit'],
      ...['.drone.yml', '.travis.yml', '.cirrus.yml', '.woodpecker.yml', '.appveyor.yml'],
    ],
    beginning: ['.gitlab-ci'],
    top: [
      ...['jenkinsfile', 'action.yml', 'action.yaml', 'appveyor.yml', 'azure-pipelines.yml', 'buildspec.yml'],
      ...['bitbucket-pipelines.yml', 'cloudbuild.yaml', 'cloudbuild.yml'],
    ],
    folders: [
      ...['workflows', 'actions'].flatMap((folder) =>
        ['.github', '.gitea', '.forgejo'].map((forge) => [forge, folder] as const),
      ),
      ['.gitlab', 'ci'],
    ],
  },
  {
    why: 'an editor runs tasks or settings from it when the folder is opened',
    anywhere: [
      ...['.vscode', '.idea', '.devcontainer', '.devcontainer.json', '.zed', '.fleet', '.dir-locals.el'],
      ...['.vimrc', '.exrc', '.nvimrc', '.nvim.lua', '.emacs', '.emacs.d', '.idx', '.vs', '.theia'],
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
      ...[
        '.agents',
        '.mcp.json',
        '.claude.json',
        '.opencode',
        'opencode.json',
        'opencode.jsonc',
        'opencode.md',
      ],
      ...[
        '.crush',
        'crush.json',
        '.crush.json',
        'crush.md',
        '.qwen',
        'qwen.md',
        '.trae',
        '.augment',
        '.augment-guidelines',
      ],
      ...[
        '.kilocode',
        '.kilocodemodes',
        '.kilocoderules',
        '.roomodes',
        '.clinerules.md',
        '.factory',
        '.warp',
        'warp.md',
      ],
      ...[
        '.goose',
        '.openhands',
        '.aiassistant',
        '.qodo',
        '.tabnine',
        '.amp',
        '.pi',
        '.rules',
        '.devin',
        'replit.md',
      ],
    ],
    beginning: ['.aider.'],
    folders: [
      ...['instructions', 'prompts', 'chatmodes', 'agents', 'skills', 'hooks'].map(
        (folder) => ['.github', folder] as const,
      ),
      ['.gitlab', 'duo'],
    ],
  },
  { why: 'Ghost takes its checks and rules from it', anywhere: ['.ghost'], top: ['ghost.yml', 'ghost.yaml'] },
];

/**
 * Why what stands at this path needs an explicit grant: tools execute or obey it. Null when it does not. Names are compared
 * as the most forgetful file system would open them, their 8.3 names included.
 */
export function whySensitive(path: Path): string | null {
  const parts = legible(path).split('/').map(openedName).map(shortNameOf);
  return SENSITIVE.find((one) => covers(one, parts))?.why ?? null;
}

function covers({ anywhere, beginning, top, folders }: Sensitive, parts: readonly NamePart[]): boolean {
  const [first] = parts;
  if (parts.length === 1 && top?.some((name) => first?.opens(name)) === true) return true;
  return parts.some(
    (part, at) =>
      anywhere?.some((name) => part.opens(name)) === true ||
      beginning?.some((start) => part.opensBeginning(start)) === true ||
      folders?.some((folder) => opensFolder(folder, part, parts[at + 1])) === true,
  );
}

/** A file or a link in the place of the outer folder is what a tool finds there, whatever else the patch puts behind it. */
function opensFolder(
  [outer, inner]: readonly [string, string],
  part: NamePart,
  next: NamePart | undefined,
): boolean {
  return part.opens(outer) && (next === undefined || next.opens(inner));
}
