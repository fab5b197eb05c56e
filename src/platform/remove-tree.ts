import { spawn } from 'node:child_process';

/** Enough for the first complaint; one that cannot be removed may have a million siblings. */
const COMPLAINT_CHARACTERS = 500;

/**
 * Removes a directory that a hostile command has filled, whatever depth and modes it made there. By rm(1) and not by Node:
 * it walks by open directories, so that no path grows too long for the kernel and no symbolic link put in its way by a
 * process that still runs leads it out.
 * @param searchPath where rm and chmod are looked for, in the form of PATH
 * @throws Error when something is left
 */
export async function removeTree(path: string, searchPath: string): Promise<void> {
  if ((await run('rm', ['-rf', '--', path], searchPath)) === null) return;
  // Without being root, a directory that its maker closed has to be opened first.
  await run('chmod', ['-R', 'u+rwx', '--', path], searchPath);
  const problem = await run('rm', ['-rf', '--', path], searchPath);
  if (problem !== null) throw new Error(`${path} cannot be removed: ${problem}`);
}

/** What is wrong, in words; null when it succeeded. */
function run(file: string, args: readonly string[], searchPath: string): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      cwd: '/',
      env: { PATH: searchPath, LC_ALL: 'C' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString()).slice(0, COMPLAINT_CHARACTERS);
    });
    child.once('error', (error) => resolve(error.message));
    child.once('close', (exitCode) => resolve(exitCode === 0 ? null : `${file}: ${complaint.trim()}`));
  });
}
