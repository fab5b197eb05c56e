import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fail } from '../../core/errors.ts';
import { type Identity, identify } from '../../platform/process-identity.ts';
import { type GitPlace, gitArguments, gitEnvironment } from './environment.ts';
import { startedBy } from './lock-holder.ts';
import { MARKING } from './lock-mark.ts';
import { type ObjectFormat, zeroId } from './object-id.ts';
import type { RefTransaction, Started, Transacted, Writer } from './ref-host.ts';
import { type Finished, gitFailed } from './run-git.ts';
import { readyDirectories, readyReflog, writerDirectory } from './writer-directory.ts';

export interface WriterPlace extends GitPlace {
  /** The branch that it moves. */
  readonly branchRef: string;
  /** The file whose kernel lock every Ghost writer to this branch holds for as long as it lives. */
  readonly lockFile: string;
  /** How long another holder of the kernel lock is waited for. */
  readonly lockWaitMs: number;
  /** How long git may take over an answer before it is ended by force: a writer that is stopped holds up the line. */
  readonly answerWithinMs: number;
  readonly format: ObjectFormat;
}

/** flock's exit code for a lock that is not to be had; git has no such code. */
const NOT_TO_BE_HAD = 75;
const END_WAIT_MS = 2_000;

/**
 * One long-lived `git update-ref --stdin`, leader of its own process group. flock(1) takes the kernel lock and becomes
 * git (`--no-fork`), so the lock lives exactly as long as the process that can write: also while it is stopped, and
 * also when we are gone. git ends at the first transaction that fails; a new writer is then needed. Its lock files carry a
 * mark, so that those of a dead one are known.
 */
export class RefWriter implements Writer {
  readonly identity: Identity;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #place: WriterPlace;
  readonly #closed: Promise<unknown>;
  #answers: string[] = [];
  #partial = '';
  #stderr = '';
  #ended = false;
  #forced = false;
  #wake: () => void = () => undefined;

  private constructor(child: ChildProcessWithoutNullStreams, identity: Identity, place: WriterPlace) {
    this.#child = child;
    this.identity = identity;
    this.#place = place;
    this.#closed = once(child, 'close').catch(() => undefined);
    child.stdin.on('error', () => undefined);
    child.stdout.on('data', (chunk: Buffer) => this.#read(chunk.toString('latin1')));
    child.stderr.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString('utf8')).slice(0, 4096);
    });
    child.on('close', () => {
      this.#ended = true;
      this.#wake();
    });
  }

  /** @throws GhostError git_failed, start_failed */
  static async start(place: WriterPlace): Promise<Started> {
    await mkdir(dirname(place.lockFile), { recursive: true });
    await readyReflog(place, place.branchRef);
    const writer = await RefWriter.#spawn(place);
    // An empty transaction answers only when the lock is held and git reads.
    writer.#child.stdin.write('start\nabort\n');
    if (await writer.#answered(['start: ok', 'abort: ok'])) return { kind: 'started', writer };
    await writer.end();
    if (writer.#child.exitCode === NOT_TO_BE_HAD) return { kind: 'locked', path: place.lockFile };
    throw gitFailed('update-ref', writer.#death());
  }

  static async #spawn(place: WriterPlace): Promise<RefWriter> {
    const wait = `--wait=${place.lockWaitMs / 1000}`;
    const lock = ['--no-fork', '--exclusive', wait, `--conflict-exit-code=${NOT_TO_BE_HAD}`, place.lockFile];
    const own = { ...place, gitDir: await writerDirectory(place.gitDir) };
    const git = [
      'git',
      ...startedBy(identify(process.pid)),
      ...gitArguments(own, ['update-ref', '--stdin'], ['-c', 'core.logAllRefUpdates=false']),
    ];
    const child = spawn('flock', [...lock, ...MARKING, ...git], {
      cwd: '/',
      env: gitEnvironment(place),
      stdio: 'pipe',
      detached: true,
    });
    const identity = child.pid === undefined ? null : identify(child.pid);
    if (identity) return new RefWriter(child, identity, place);
    const problem = await once(child, 'error').then(String, String);
    throw fail('start_failed', { what: 'the git writer', problem });
  }

  get isRunning(): boolean {
    return !this.#ended && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get wasKilled(): boolean {
    return this.#child.signalCode !== null && !this.#forced;
  }

  async transact(transaction: RefTransaction): Promise<Transacted> {
    const { verify, update } = transaction;
    const refs = [update.ref, ...(verify === undefined ? [] : [verify.ref])];
    const restore = refs.map((ref) => readyDirectories(this.#place.gitDir, ref));
    try {
      return await this.#transact(transaction);
    } finally {
      for (const each of restore) each();
    }
  }

  async #transact({ verify, update }: RefTransaction): Promise<Transacted> {
    this.#answers = [];
    const commands = [
      ...(verify === undefined ? [] : [`verify ${verify.ref} ${verify.id}`]),
      `update ${update.ref} ${update.to} ${update.from ?? zeroId(this.#place.format)}`,
    ];
    this.#child.stdin.write(`${['start', ...commands, 'prepare'].join('\n')}\n`);
    if (!(await this.#answered(['start: ok', 'prepare: ok']))) return this.#died();
    this.#child.stdin.write('commit\n');
    if (!(await this.#answered(['commit: ok']))) return this.#died();
    return { kind: 'committed' };
  }

  /** Ends git and with it the kernel lock: by the end of its input, or by force when it does not react. */
  async end(): Promise<void> {
    this.#child.stdin.end();
    const force = setTimeout(() => this.#kill(), END_WAIT_MS);
    await this.#closed;
    clearTimeout(force);
  }

  #kill(): void {
    if (!this.isRunning) return;
    this.#forced = true;
    process.kill(-this.identity.pid, 'SIGKILL');
  }

  async #died(): Promise<Transacted> {
    await this.end();
    return { kind: 'died', ...this.#death() };
  }

  #death(): Pick<Finished, 'exitCode' | 'stderr'> {
    return { exitCode: this.#child.exitCode, stderr: this.#stderr };
  }

  /** Waits until git has given exactly these answers; false when it gave others, ended, or took too long and was ended. */
  async #answered(expected: readonly string[]): Promise<boolean> {
    const late = setTimeout(() => this.#kill(), this.#place.lockWaitMs + this.#place.answerWithinMs);
    try {
      while (this.#answers.length < expected.length) {
        if (this.#ended) return false;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      clearTimeout(late);
    }
    return this.#answers.splice(0, expected.length).every((answer, at) => answer === expected[at]);
  }

  #read(text: string): void {
    const lines = (this.#partial + text).split('\n');
    this.#partial = lines.pop() ?? '';
    this.#answers.push(...lines);
    this.#wake();
  }
}
