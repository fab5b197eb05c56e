import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSensitive, parsePath } from '../../../../src/core/change/paths/path.ts';
import type { Path } from '../../../../src/core/git.ts';

/** Unicode text as the bytes a patch holds. */
const bytes = (text: string): string => Buffer.from(text).toString('latin1');

const REFUSED: Readonly<Record<string, RegExp>> = {
  '': /empty/,
  '/etc/passwd': /absolute/,
  '../x': /segment "\.\."/,
  'a/../b': /segment "\.\."/,
  './a': /segment "\."/,
  'a//b': /empty segment/,
  'a/': /empty segment/,
  'a\\b': /backslash/,
  'C:x': /drive letter/,
  'c:/x': /drive letter/,
  'a\0b': /U\+0000/,
  'a\nb': /U\+000A/,
  'a\x7f': /U\+007F/,
  'a\u0085b': /U\+0085/,
  'a\u202eb': /U\+202E/,
  'a\u2066b': /U\+2066/,
  'a\u200fb': /U\+200F/,
  '-rf': /dash/,
  'a/--upload-pack=x': /dash/,
  '.git/config': /repository's own/,
  'a/.git': /repository's own/,
  '.GIT/hooks/x': /repository's own/,
  '.gIt': /repository's own/,
  'git~1/config': /repository's own/,
  'GIT~1': /repository's own/,
  '.git./x': /repository's own/,
  '.git /x': /repository's own/,
  '.git . ./x': /repository's own/,
  '.git::$INDEX_ALLOCATION/config': /repository's own/,
  '.git:x': /repository's own/,
  '.git :x': /repository's own/,
  '.g\u200cit/config': /repository's own/,
  '.git\ufeff': /repository's own/,
  '.\u206agit': /repository's own/,
};

for (const [path, why] of Object.entries(REFUSED)) {
  test(`the path ${JSON.stringify(path)} is refused`, () => {
    const parsed = parsePath(bytes(path));
    assert.match(parsed.kind === 'refused' ? parsed.why : 'accepted', why);
  });
}

test('a path that is longer than any system takes is refused', () => {
  assert.equal(parsePath('a/'.repeat(3000)).kind, 'refused');
});

for (const path of [
  'a',
  'a/b.c',
  '.gitignore',
  '.github/x',
  'git',
  '.gitx/a',
  'a-b',
  'grüße/ß',
  'a b',
  'CON',
  '.git~1',
  '...',
]) {
  test(`the path ${JSON.stringify(path)} is taken as it stands`, () => {
    assert.deepEqual(parsePath(bytes(path)), { kind: 'path', path: bytes(path) });
  });
}

const SENSITIVE = [
  '.gitattributes',
  'sub/.gitattributes',
  '.GitModules',
  '.gitmodules.',
  'gitmod~1',
  '.gitconfig',
  'ghost.yml',
  '.npmrc',
  'packages/a/.npmrc',
  '.yarnrc',
  '.yarnrc.yml',
  '.pnpmfile.cjs',
  '.husky/pre-commit',
  '.github/workflows/ci.yml',
  '.gitlab-ci.yml',
  '.circleci/config.yml',
  '.vscode/tasks.json',
  'web/.idea/x.xml',
  '.envrc',
  '.mcp.json',
  '.claude/settings.json',
  '.codex/config',
  '.cursor/rules',
  'Jenkinsfile',
];

for (const path of SENSITIVE) {
  test(`${path} is sensitive`, () => assert.ok(isSensitive(path as Path)));
}

for (const path of [
  'package.json',
  '.github/README.md',
  '.gitignore',
  'docs/ghost.yml',
  'husky/x',
  'workflows/a',
  '.env',
]) {
  test(`${path} is not sensitive`, () => assert.ok(!isSensitive(path as Path)));
}
