import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const README = `# Demo

A small repository to try Ghost on.

Landed so far:

* nothing yet
`;

const GATE = `# What has to hold before a patch lands on this branch. The file counts as it stands on the branch, so a patch
# cannot weaken its own gate.
checks:
  - name: readme-has-a-title
    run: [grep, -q, "^# ", README.md]
`;

const FIRST_LINE = '* a first patch, by `ghost up`';

/** Lands at the first start. */
export const FIRST_PATCH = `--- a/README.md
+++ b/README.md
@@ -4,4 +4,4 @@

 Landed so far:
 
-* nothing yet
+${FIRST_LINE}
`.replace('@@\n\n', '@@\n \n');

/** Ready for whoever tries Ghost; fits after the first. */
export const SECOND_PATCH = `--- a/README.md
+++ b/README.md
@@ -5,3 +5,4 @@
 Landed so far:
 
 ${FIRST_LINE}
+* a second patch, by you
`;

/** The same commit everywhere: fixed identity, fixed date, nothing of the user's or the system's configuration. */
const ENVIRONMENT = {
  PATH: '/usr/local/bin:/usr/bin:/bin',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Ghost',
  GIT_AUTHOR_EMAIL: 'ghost@localhost',
  GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
  GIT_COMMITTER_NAME: 'Ghost',
  GIT_COMMITTER_EMAIL: 'ghost@localhost',
  GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
};

/** Makes the demo repository, whole or not at all; one that is there is kept. */
export async function makeDemoRepository(folder: string): Promise<void> {
  if (existsSync(folder)) return;
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  await writeFile(join(unfinished, 'README.md'), README);
  await writeFile(join(unfinished, 'ghost.yml'), GATE);
  const git = (...args: string[]) =>
    run('git', ['-c', 'core.hooksPath=/dev/null', ...args], { cwd: unfinished, env: ENVIRONMENT });
  await git('init', '--quiet', '--initial-branch=main', '--template=');
  await git('add', '--', 'README.md', 'ghost.yml');
  await git('commit', '--quiet', '--no-gpg-sign', '-m', 'Begin the demo');
  await rename(unfinished, folder);
}
