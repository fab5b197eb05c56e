import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utf8 } from '../../../../src/core/change/bytes.ts';
import { whySensitive } from '../../../../src/core/change/paths/sensitive-paths.ts';
import type { Path } from '../../../../src/core/git.ts';

/** A part of the reason, and paths that are sensitive for it. */
const SENSITIVE: Readonly<Record<string, readonly string[]>> = {
  'git reads': [
    ...[
      '.gitattributes',
      'sub/.gitattributes',
      '.GitModules',
      '.gitmodules.',
      'gitmod~1',
      'GITATT~2',
      '.gitconfig',
    ],
    ...['.git-credentials', '.githooks/pre-push', 'gi7eba~1', 'GI7D29~1', 'GITCON~1', '.config/git/config'],
    ...['.gitcon\ufb01g', '.con\ufb01g/git/config'].map(utf8),
  ],
  'manager of git hooks': [
    ...[
      '.husky/pre-commit',
      '.pre-commit-config.yaml',
      'lefthook.yml',
      '.lefthook-local.toml',
      '.lintstagedrc.js',
    ],
    ...[utf8('.hu\u017fky/pre-commit'), 'HUSKY~1/pre-commit', 'LINTST~1.JS'],
  ],
  'another version control': ['.hg/hgrc', 'sub/.hg', '.jj/repo/config.toml'],
  'shell or its tools': ['.bashrc', 'home/.profile', '.zshenv', '.envrc', '.netrc', '_netrc', '.ssh/config'],
  'package manager': [
    ...['.npmrc', 'packages/a/.npmrc', '.yarnrc', '.yarnrc.yml', '.yarn/releases/yarn.cjs', '.pnpmfile.cjs'],
    ...['pnpm-workspace.yaml', '.cargo/config.toml', '.cargo/config', 'pip.conf', '.pypirc'],
  ],
  'build server': [
    ...['.github/workflows/ci.yml', '.github/actions/x/action.yml', '.GITHUB/Workflows/ci.yml', 'action.yml'],
    ...['.gitlab-ci.yml', '.circleci/config.yml', 'Jenkinsfile', '.forgejo/workflows/x', 'docs/CODEOWNERS'],
    ...['GITHUB~1/WORKFL~1/ci.yml', utf8('.github/work\ufb02ows/ci.yml'), 'GITLAB~1.YML', '.tekton/x.yaml'],
    // In the place of a folder that tools read, a file or a link is what they find there.
    ...['.github', 'sub/.gitea', '.forgejo', '.GITHUB', '.github/workflows'],
  ],
  editor: [
    ...['.vscode', utf8('.v\u017fcode/tasks.json'), 'VSCODE~1/tasks.json', '.emacs.d/init.el'],
    ...['.vscode/tasks.json', 'web/.idea/x.xml', '.devcontainer/devcontainer.json', '.devcontainer.json'],
  ],
  agent: [
    ...['CLAUDE.md', 'src/AGENTS.md', '.cursorrules', '.windsurfrules', '.github/copilot-instructions.md'],
    ...[
      'CLAUDE~1.MD',
      'CLAUDE~1',
      'cl1a2b~1.md',
      'COPILO~1.MD',
      'MCP~1.JSO',
      '.claude.json',
      'opencode.json',
    ],
    ...[utf8('agent\u017f.md'), '.opencode/agent/x.md', '.opencode', '.github/hooks/x.json', 'AIDERC~1.YML'],
    ...['.mcp.json', '.claude/settings.json', '.codex/config', '.cursor/rules', '.github/prompts/x.md'],
  ],
  Ghost: [utf8('gho\u017ft.yml'), 'GHOST~1/policy.yml', 'Ghost.yml', '.ghost/policy.yml'],
};

for (const [why, paths] of Object.entries(SENSITIVE)) {
  for (const path of paths) {
    test(`${path} is sensitive`, () => assert.ok(whySensitive(path as Path)?.includes(why)));
  }
}

for (const path of [
  ...[
    'package.json',
    'Makefile',
    '.github/README.md',
    '.gitignore',
    'docs/ghost.yml',
    'husky/x',
    'workflows/a',
  ],
  ...['claude~1.txt', 'a~1', 'workfl~1/a', 'gitignore', '.gitlab/issue_templates/a.md', '.config/app.json'],
  ...['.env', 'docs/lefthook.md', 'bashrc', 'src/action.yml', 'claude.txt', 'profile', '.gitkeep'],
]) {
  test(`${path} is not sensitive`, () => assert.equal(whySensitive(path as Path), null));
}
