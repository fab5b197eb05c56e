import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '../../core/errors.ts';
import { fileSystemOf, type Trial, tryFileSystem } from '../../platform/file-system.ts';
import { runTool } from './run-git.ts';

/** Exit codes of ours for flock(1): a lock that the first process, or the second, does not get. */
const FIRST_REFUSED = 74;
const SECOND_REFUSED = 75;

/**
 * Tries on the repository's own file system what landing rests on: it answers `yes` to a lock that it does not keep, as
 * some network file systems do, and asking would not tell. Checkouts need a place that can be written to as well.
 * @throws GhostError repository_unsuitable
 */
export async function examine(
  searchPath: string,
  { gitDir, scratch }: { readonly gitDir: string; readonly scratch: string },
): Promise<void> {
  await requireTrials(join(gitDir, 'ghost'), [locking(searchPath)], gitDir);
  await requireTrials(scratch, [], scratch);
}

async function requireTrials(directory: string, more: readonly Trial[], path: string): Promise<void> {
  const shortcoming = await makeOwn(directory).then(
    () => tryFileSystem(directory, more),
    (error: Error) => ({ what: 'making a directory', got: error.message, expected: 'to work' }),
  );
  if (shortcoming === null) return;
  throw fail('repository_unsuitable', { path, fileSystem: await fileSystemOf(path), ...shortcoming });
}

async function makeOwn(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
}

/** One process holds the lock while a second one asks for it. */
function locking(searchPath: string): Trial {
  const flock = (code: number, file: string) => [
    ...['--exclusive', '--nonblock', `--conflict-exit-code=${code}`],
    file,
  ];
  const run = async (directory: string) => {
    const file = join(directory, 'lock');
    await writeFile(file, '');
    const second = ['flock', ...flock(SECOND_REFUSED, file), 'true'];
    const args = [...flock(FIRST_REFUSED, file), ...second];
    const tool = { file: 'flock', args, name: 'flock' };
    const { exitCode, stderr } = await runTool(tool, { environment: { PATH: searchPath } });
    if (exitCode === SECOND_REFUSED) return null;
    if (exitCode === 0) return 'both';
    return exitCode === FIRST_REFUSED ? 'neither' : stderr.trim() || `exit ${exitCode}`;
  };
  return {
    what: 'a lock (flock) between two processes',
    expected: 'one to have it and the other to be refused',
    run,
  };
}
