import assert from 'node:assert/strict';
import { test } from 'node:test';
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
    ...['.git-credentials', '.githooks/pre-push', 'gi7eba~1'],
  ],
  'manager of git hooks': [
    ...[
      '.husky/pre-commit',
      '.pre-commit-config.yaml',
      'lefthook.yml',
      '.lefthook-local.toml',
      '.lintstagedrc.js',
    ],
  ],
  'shell or its tools': ['.bashrc', 'home/.profile', '.zshenv', '.envrc', '.netrc', '_netrc', '.ssh/config'],
  'package manager': [
    ...['.npmrc', 'packages/a/.npmrc', '.yarnrc', '.yarnrc.yml', '.yarn/releases/yarn.cjs', '.pnpmfile.cjs'],
    ...['pnpm-workspace.yaml', '.cargo/config.toml', '.cargo/config', 'pip.conf', '.pypirc'],
  ],
  'build server': [
    ...['.github/workflows/ci.yml', '.github/actions/x/action.yml', '.GITHUB/Workflows/ci.yml', 'action.yml'],
    ...['.gitlab-ci.yml', '.circleci/config.yml', 'Jenkinsfile', '.forgejo/workflows/x', 'docs/CODEOWNERS'],
  ],
  editor: ['.vscode/tasks.json', 'web/.idea/x.xml', '.devcontainer/devcontainer.json', '.devcontainer.json'],
  agent: [
    ...['CLAUDE.md', 'src/AGENTS.md', '.cursorrules', '.windsurfrules', '.github/copilot-instructions.md'],
    ...['.mcp.json', '.claude/settings.json', '.codex/config', '.cursor/rules', '.github/prompts/x.md'],
  ],
  Ghost: ['ghost.yml', 'Ghost.yml', '.ghost/policy.yml'],
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
  ...['.env', 'docs/lefthook.md', 'bashrc', 'src/action.yml', 'claude.txt', 'profile', '.gitkeep'],
]) {
  test(`${path} is not sensitive`, () => assert.equal(whySensitive(path as Path), null));
}
