import { randomUUID } from 'node:crypto';
import { appendFileSync, chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { directoriesUpTo, isMissing } from './durable.ts';
import type { GitPlace } from './environment.ts';
import { gitFailed, tryGit } from './run-git.ts';

/** No branch has a name that begins with a dot, so no kernel lock's file gets in its way. */
const NAME = 'ghost/.writer';

/** Its HEAD is on no branch: git locks the HEAD that is on the branch it moves, and an empty lock it is, until the very end. */
const FILES = { HEAD: 'ref: refs/ghost/no-branch\n', commondir: '../..\n' } as const;

/**
 * A git directory of the writers' own, like that of a linked work tree and not registered as one: refs, objects, reflogs
 * and configuration are the repository's. Looked at before each use: a power cut may leave files of it empty.
 */
export async function writerDirectory(commonDir: string): Promise<string> {
  const directory = join(commonDir, NAME);
  await mkdir(directory, { recursive: true });
  for (const [name, content] of Object.entries(FILES)) {
    const file = join(directory, name);
    if ((await textOf(file)) === content) continue;
    const next = `${file}-${randomUUID()}`;
    try {
      await writeFile(next, content);
      await rename(next, file);
    } finally {
      await rm(next, { force: true });
    }
  }
  return directory;
}

/**
 * The reflog of a branch, where git would begin one with its next line. The writer begins none: its mask would make it one
 * that nobody can write on. What was made is as open to others as the repository's HEAD.
 */
export async function readyReflog(place: GitPlace, branchRef: string): Promise<void> {
  const reflog = join(place.gitDir, 'logs', branchRef);
  if (existsSync(reflog) || !(await beginsReflogs(place))) return;
  readyDirectories(place.gitDir, join('logs', branchRef));
  appendFileSync(reflog, '');
  chmodSync(reflog, statSync(join(place.gitDir, 'HEAD')).mode & 0o777);
}

/**
 * Makes the directories that a file of the repository needs, each as open to others as the one above it. Answers what
 * takes back the change that a writer makes where git has removed one of them meanwhile: with the writer's mask, it would
 * be made anew as one in which nobody can make files.
 */
export function readyDirectories(commonDir: string, name: string): () => void {
  const directories = directoriesUpTo(join(commonDir, name), commonDir).reverse();
  const modes = directories.map((directory) => {
    const found = statSync(directory, { throwIfNoEntry: false });
    if (found !== undefined) return found.mode;
    const { mode } = statSync(dirname(directory));
    mkdirSync(directory, { recursive: true });
    chmodSync(directory, mode & 0o7777);
    return mode;
  });
  return () => {
    for (const [at, directory] of directories.entries()) {
      const mode = modes[at] ?? 0;
      const found = statSync(directory, { throwIfNoEntry: false });
      if (found !== undefined && (found.mode & 0o222) === 0 && (mode & 0o222) !== 0)
        chmodSync(directory, mode & 0o7777);
    }
  };
}

/** As git decides it: by the setting, and where there is none, not in a bare repository. */
async function beginsReflogs(place: GitPlace): Promise<boolean> {
  const wanted = ['--get-regexp', '^core\\.(bare|logallrefupdates)$'];
  const finished = await tryGit(place, ['config', '--null', '--type=bool-or-str', ...wanted]);
  if (finished.exitCode !== 0 && finished.exitCode !== 1) throw gitFailed('config', finished);
  const lines = finished.stdout.toString('utf8').split('\0').filter(Boolean);
  const settings = new Map(lines.map((line) => line.split('\n') as [name: string, value: string]));
  const asked = settings.get('core.logallrefupdates');
  return asked === undefined ? settings.get('core.bare') !== 'true' : asked !== 'false';
}

async function textOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
