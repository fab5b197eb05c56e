import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  lutimesSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { hasCode } from './missing.ts';

/**
 * Makes watchers of the file's directory see the file change, and makes the file where there is none. False when that
 * cannot be done; never throws. Not asynchronous: the first way takes 5 us, and handing it to another thread 20, at
 * every step of every patch.
 *
 * Processes of several users may share the directory, as when an operator calls a command as root: a new time needs to
 * own the file, a byte needs to be allowed to write it, and a new file in its place needs only the directory. No way
 * follows a symbolic link, so that whoever owns the directory cannot aim root's hand at another file.
 */
export function touch(file: string): boolean {
  return [renew, write, replace].some((way) => succeeds(() => way(file)));
}

function renew(file: string): void {
  const now = new Date();
  try {
    lutimesSync(file, now, now);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
    mkdirSync(dirname(file), { recursive: true });
    create(file);
  }
}

function write(file: string): void {
  // Not blocking: a pipe that somebody put there has no reader.
  const descriptor = openSync(file, constants.O_WRONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    writeSync(descriptor, '\n', 0);
  } finally {
    closeSync(descriptor);
  }
}

function replace(file: string): void {
  const fresh = `${file}.${process.pid}`;
  rmSync(fresh, { force: true });
  create(fresh);
  try {
    renameSync(fresh, file);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}

/** Whoever may write into the directory may write into the file, and nobody else; root gives it to the directory's owner. */
function create(file: string): void {
  const { mode, uid, gid } = statSync(dirname(file));
  const descriptor = openSync(file, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    if (process.getuid?.() === 0) fchownSync(descriptor, uid, gid);
    fchmodSync(descriptor, 0o600 | (mode & 0o022));
  } finally {
    closeSync(descriptor);
  }
}

function succeeds(act: () => void): boolean {
  try {
    act();
    return true;
  } catch {
    return false;
  }
}
