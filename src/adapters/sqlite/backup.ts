import { closeSync, existsSync, fsyncSync, linkSync, openSync, rmSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { backup } from 'node:sqlite';
import { fail } from '../../core/errors.ts';
import { unfinishedFile } from '../../platform/unfinished-file.ts';
import { assertSafeVersion, openReader } from './database.ts';

/** In one step, and so of one moment: a writer in between two steps would make it begin again. */
const ALL_PAGES = 0x7fff_ffff;

/**
 * Copies the ledger with what its write-ahead log holds into one file, readable by its owner alone. It gets its name once
 * it is complete and on disk, and never takes that of another.
 * @throws GhostError input_invalid, ledger_unavailable, ledger_unsafe
 */
export async function backUp(from: string, to: string): Promise<void> {
  assertSafeVersion(process.versions.sqlite ?? 'absent', from);
  requireFree(to);
  const unfinished = unfinishedFile(to);
  try {
    closeSync(openSync(unfinished, 'wx', 0o600));
    await copyPages(from, unfinished);
    sync(unfinished);
    linkSync(unfinished, to);
    rmSync(unfinished);
    sync(dirname(resolve(to)));
  } catch (cause) {
    if (existsSync(unfinished)) rmSync(unfinished);
    throw problemOf(to, cause);
  }
}

function problemOf(to: string, cause: unknown): Error {
  if (!(cause instanceof Error)) return fail('ledger_unavailable', { problem: `${cause}` });
  if ('code' in cause && cause.code === 'EEXIST') return taken(to);
  if (!('syscall' in cause))
    return fail(
      'ledger_unavailable',
      { problem: `the backup ${to} was not made: ${cause.message}` },
      { cause },
    );
  // What follows in node's words is the name of the unfinished file.
  const [why = ''] = cause.message.split(',');
  const problem = `${to} cannot be written (${why}); name a file in a folder that can be written to`;
  return fail('input_invalid', { where: 'FILE', problem }, { cause });
}

async function copyPages(from: string, to: string): Promise<void> {
  const source = openReader(from);
  try {
    await backup(source, to, { rate: ALL_PAGES });
  } finally {
    source.close();
  }
}

/** A log of another database beside it would be taken for its own. */
function requireFree(to: string): void {
  const found = [to, `${to}-wal`, `${to}-journal`].find((file) => existsSync(file));
  if (found !== undefined) throw taken(found);
}

function taken(file: string) {
  const what = existsSync(file) && statSync(file).isDirectory() ? 'a folder' : 'there already';
  return fail('input_invalid', { where: 'FILE', problem: `${file} is ${what}; name a new file` });
}

function sync(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
