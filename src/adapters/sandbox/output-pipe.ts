import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, constants, fchownSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { folderNameOf, folderOwner } from '../../platform/process-folder.ts';
import { identify, isAlive } from '../../platform/process-identity.ts';

/** Both ends of a pipe for what a command prints. The reading end is ours, the writing end is for the command. */
export interface OutputPipe {
  readonly reader: Socket;
  readonly writeFd: number;
}

export interface PipePlace {
  readonly mkfifo: string;
  readonly scratch: string;
  /** As whom commands run. */
  readonly owner: { readonly uid: number; readonly gid: number } | null;
}

/** Beyond this many at once the start of mkfifo is no longer what a pipe costs. */
const MOST_AHEAD = 16;

/** Of the folder in the scratch directory where a process makes pipes. */
const PREFIX = 'pipes-';

interface Ends {
  readonly readFd: number;
  readonly writeFd: number;
}

/**
 * Named pipes without a name any more. Node's own pipes are sockets, and a script that writes to `/dev/stderr` cannot open
 * one of those; these it can, because they belong to the user that the command runs as.
 *
 * Starting a process costs a runner milliseconds, so that pipes are made ahead: one at first, which is all that a single
 * patch needs, then twice as many each time. What is ahead is open and nameless; names are there only while they are made,
 * in a folder from which the next process takes those of one that was killed meanwhile.
 */
export class OutputPipes {
  readonly #place: PipePlace;
  readonly #ahead: Ends[] = [];
  #making: Promise<void> | null = null;
  #next = 1;

  constructor(place: PipePlace) {
    this.#place = place;
  }

  /** Takes away what processes left that were killed while they made pipes. */
  sweep(): void {
    const { scratch } = this.#place;
    for (const name of readdirSync(scratch)) {
      const owner = folderOwner(name, PREFIX);
      if (owner && !isAlive(owner)) rmSync(join(scratch, name), { recursive: true, force: true });
    }
  }

  /** A pipe that nobody else has. */
  async take(): Promise<OutputPipe> {
    for (;;) {
      const ends = this.#ahead.pop();
      if (ends) {
        const reader = new Socket({ fd: ends.readFd, readable: true, writable: false });
        return { reader, writeFd: ends.writeFd };
      }
      this.#making ??= this.#make().finally(() => {
        this.#making = null;
      });
      await this.#making;
    }
  }

  async #make(): Promise<void> {
    const { mkfifo, scratch } = this.#place;
    const own = identify(process.pid);
    const folder = join(scratch, own ? folderNameOf(own, PREFIX) : `${PREFIX}${randomUUID()}`);
    const paths = Array.from({ length: this.#next }, (_, at) => join(folder, String(at)));
    this.#next = Math.min(2 * this.#next, MOST_AHEAD);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    try {
      await promisify(execFile)(mkfifo, ['-m', '600', ...paths], { env: {} });
      for (const path of paths) this.#ahead.push(this.#openBothEnds(path));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** The reader first: without one, opening the writing end would wait. Only the reader must not block. */
  #openBothEnds(path: string): Ends {
    const { owner } = this.#place;
    const readFd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      if (owner) fchownSync(readFd, owner.uid, owner.gid);
      return { readFd, writeFd: openSync(path, constants.O_WRONLY) };
    } catch (error) {
      closeSync(readFd);
      throw error;
    }
  }
}
