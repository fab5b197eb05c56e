import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, constants, openSync, rmSync } from 'node:fs';
import { chown } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Both ends of a pipe for what a command prints. The reading end is ours, the writing end is for the command. */
export interface OutputPipe {
  readonly reader: Socket;
  readonly writeFd: number;
}

/**
 * A named pipe without a name any more. Node's own pipes are sockets, and a script that writes to `/dev/stderr` cannot open
 * one of those; this one it can, because it belongs to the user that the command runs as.
 */
export async function openOutputPipe(
  mkfifo: string,
  scratch: string,
  owner: { readonly uid: number; readonly gid: number } | null,
): Promise<OutputPipe> {
  const path = join(scratch, `output-${randomUUID()}`);
  await promisify(execFile)(mkfifo, ['-m', '600', path], { env: {} });
  try {
    if (owner) await chown(path, owner.uid, owner.gid);
    return openBothEnds(path);
  } finally {
    rmSync(path, { force: true });
  }
}

/** The reader first: without one, opening the writing end would wait. Only the reader must not block. */
function openBothEnds(path: string): OutputPipe {
  const readFd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const writeFd = openSync(path, constants.O_WRONLY);
    return { reader: new Socket({ fd: readFd, readable: true, writable: false }), writeFd };
  } catch (error) {
    closeSync(readFd);
    throw error;
  }
}
