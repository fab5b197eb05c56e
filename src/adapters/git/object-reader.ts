import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fail } from '../../core/errors.ts';
import { BatchReplies, type Reply } from './batch-replies.ts';
import { type GitPlace, gitArguments, gitEnvironment } from './environment.ts';
import { isNamedBy, type ObjectType } from './object-id.ts';
import { gitFailed } from './run-git.ts';

export interface GitObject {
  readonly id: string;
  readonly type: ObjectType;
  readonly bytes: Buffer;
}

interface Request {
  readonly name: string;
  readonly resolve: (object: GitObject | null) => void;
  readonly reject: (error: Error) => void;
  /** A child has died while this was the oldest unanswered request. */
  suspect: boolean;
}

interface Child {
  readonly process: ChildProcessWithoutNullStreams;
  readonly closed: Promise<unknown>;
}

/** Larger blobs are refused instead of being held in memory; a patch may make files of at most 10 MiB. */
const LARGEST_OBJECT = 64 * 1024 * 1024;

/**
 * Reads objects through one long-lived `git cat-file --batch-command`. Requests are pipelined and answered in order.
 * Each name is looked up anew, so a ref shows its current value and objects that were just written are found.
 */
export class ObjectReader {
  readonly #place: GitPlace;
  readonly #waiting: Request[] = [];
  #child: Child | null = null;
  #closed = false;

  constructor(place: GitPlace) {
    this.#place = place;
  }

  /**
   * `name` is an object id or a full ref name. null when there is no such object.
   * @throws GhostError git_failed; integrity_broken when its content does not have the id under which it stands
   */
  read(name: string): Promise<GitObject | null> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(gitFailed('cat-file', { exitCode: null, stderr: 'already closed' }));
      const request: Request = { name, resolve, reject, suspect: false };
      this.#waiting.push(request);
      this.#send(request);
    });
  }

  /** An object that has to be there, of this type. @throws GhostError integrity_broken, git_failed */
  async require(name: string, type: ObjectType): Promise<GitObject> {
    const object = await this.read(name);
    if (object?.type === type) return object;
    const found = object ? `is a ${object.type}` : 'is missing';
    throw fail('integrity_broken', {
      problem: `${this.#place.gitDir}: ${name} ${found}; a ${type} was expected.`,
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const child = this.#child;
    child?.process.stdin.end();
    await child?.closed;
  }

  #send(request: Request): void {
    this.#child ??= this.#start();
    this.#child.process.stdin.write(`contents ${request.name}\n`);
  }

  #start(): Child {
    const child = spawn('git', gitArguments(this.#place, ['cat-file', '--batch-command']), {
      cwd: '/',
      env: gitEnvironment(this.#place),
      stdio: 'pipe',
    });
    const replies = new BatchReplies(LARGEST_OBJECT);
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      for (const reply of replies.push(chunk)) this.#answer(reply);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString('utf8')).slice(-4096);
    });
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => {
      stderr = error.message;
    });
    child.on('close', (exitCode) => this.#ended({ exitCode, stderr }));
    return { process: child, closed: once(child, 'close').catch(() => undefined) };
  }

  #answer(reply: Reply): void {
    const request = this.#waiting.shift();
    if (!request) return;
    if (reply.kind === 'missing') request.resolve(null);
    else if (reply.kind === 'object' && isNamedBy(reply.id, reply.type, reply.bytes)) request.resolve(reply);
    else if (reply.kind === 'object') request.reject(altered(reply));
    else {
      const problem = reply.kind === 'odd' ? reply.line : `${request.name} has ${reply.size} bytes`;
      request.reject(gitFailed('cat-file', { exitCode: 0, stderr: problem }));
    }
  }

  /** Reading twice is harmless, so what is unanswered is asked again, except what has now killed two children. */
  #ended(how: { exitCode: number | null; stderr: string }): void {
    this.#child = null;
    const [oldest] = this.#waiting;
    if (oldest?.suspect || this.#closed) this.#waiting.shift()?.reject(gitFailed('cat-file', how));
    else if (oldest) oldest.suspect = true;
    if (this.#closed)
      for (const request of this.#waiting.splice(0)) request.reject(gitFailed('cat-file', how));
    for (const request of this.#waiting) this.#send(request);
  }
}

function altered({ type, id }: GitObject): Error {
  const kind = `${type.slice(0, 1).toUpperCase()}${type.slice(1)}`;
  return fail('integrity_broken', { problem: `${kind} ${id} does not have the content that its id names.` });
}
