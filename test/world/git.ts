import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ENVIRONMENT = {
  PATH: process.env.PATH ?? '/usr/bin:/bin',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Someone',
  GIT_AUTHOR_EMAIL: 'someone@example.org',
  GIT_COMMITTER_NAME: 'Someone',
  GIT_COMMITTER_EMAIL: 'someone@example.org',
};

/** git as a person would run it, in a world of its own. Throws with what git said. */
export function git(cwd: string, ...args: readonly string[]): string {
  return execFileSync('git', [...args], {
    cwd,
    env: ENVIRONMENT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 256 * 1024 * 1024,
  }).trimEnd();
}

/** Everything that the tests of this process leave on disk is in here, and goes with it. */
const WORLD = mkdtempSync(join(tmpdir(), 'ghost-world-'));
process.once('exit', () => rmSync(WORLD, { recursive: true, force: true, maxRetries: 3 }));

export function temporaryFolder(name: string): string {
  return mkdtempSync(join(WORLD, `${name}-`));
}

/** Writes files, making the folders they need. */
export function write(root: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

/** A gate whose one check looks at the tree: it fails when a file named `broken` is there. */
const GATE = 'checks:\n  - name: not broken\n    run: test ! -e broken\n';

/** A checked-out repository on `main` with one commit that holds `files` and a gate. */
export function aRepository(
  files: Readonly<Record<string, string>> = { 'greeting.txt': 'hello\nworld\n' },
): string {
  const root = temporaryFolder('repository');
  git(root, 'init', '-q', '-b', 'main');
  write(root, { 'ghost.yml': GATE, ...files });
  git(root, 'add', '-A');
  git(root, 'commit', '-q', '-m', 'Begin');
  return root;
}

/** The same, bare. */
export function aBareRepository(files?: Readonly<Record<string, string>>): string {
  const checkedOut = aRepository(files);
  const root = temporaryFolder('bare');
  git(root, 'clone', '-q', '--bare', checkedOut, 'repository.git');
  return join(root, 'repository.git');
}

/** What a change to a working copy of `repository` would be as a patch; the repository itself stays as it is. */
export function patchOf(repository: string, files: Readonly<Record<string, string | null>>): string {
  const copy = temporaryFolder('copy');
  git(copy, 'clone', '-q', repository, '.');
  for (const [path, content] of Object.entries(files)) {
    if (content === null) git(copy, 'rm', '-q', path);
    else write(copy, { [path]: content });
  }
  git(copy, 'add', '-A');
  return `${git(copy, 'diff', '--cached', '--no-color')}\n`;
}
