import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fail } from '../core/errors.ts';
import { fileSystemOf, type Trial, tryFileSystem } from '../platform/file-system.ts';
import { takeKernelLock } from '../platform/kernel-lock.ts';

/** Asks for the lock as another process of ours would, and prints whether it got it. */
const SECOND = `
const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
try {
  new DatabaseSync(process.argv[1], { timeout: 0 }).exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  console.log('both');
} catch (error) {
  console.log(error.errcode === 5 ? 'refused' : error.message);
}`;

/**
 * Tries what the ledger, the audit log and everything else in a home rest on, before anything is written there.
 * @throws GhostError start_failed
 */
export async function tryHome(folder: string): Promise<void> {
  const shortcoming = await tryFileSystem(folder, [LOCKING]);
  if (shortcoming === null) return;
  const { what, got, expected } = shortcoming;
  const where = `${folder} (${await fileSystemOf(folder)})`;
  throw fail('start_failed', {
    what: 'Ghost',
    problem: `in ${where} ${what} was tried; got ${got}, expected ${expected}`,
  });
}

const LOCKING: Trial = {
  what: 'a record lock between two processes',
  expected: 'one to have it and the other to be refused',
  run: locking,
};

async function locking(directory: string): Promise<string | null> {
  const file = join(directory, 'lock');
  const lock = takeKernelLock(file);
  if (lock === null) return 'neither';
  try {
    const args = ['--disable-warning=ExperimentalWarning', '--eval', SECOND, file];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const answer = stdout.trim();
    return answer === 'refused' ? null : answer;
  } finally {
    lock.release();
  }
}
