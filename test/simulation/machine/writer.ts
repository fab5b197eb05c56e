import type { RefTransaction, Started, Transacted, Writer } from '../../../src/adapters/git/ref-host.ts';
import { gitFailed } from '../../../src/adapters/git/run-git.ts';
import type { ProcessIdentity } from '../../../src/core/lease/lease.ts';
import type { Actor } from '../engine/actor.ts';
import { type Command, type Ending, NOT_TO_BE_HAD, type Reply, runGit } from './git-writer.ts';
import type { Machine } from './machine.ts';
import { Pipe } from './pipe.ts';

const END_WAIT_MS = 2_000;

interface Child {
  readonly actor: Actor;
  readonly identity: ProcessIdentity;
  readonly input: Pipe<Command>;
  readonly output: Pipe<Reply>;
  /** Null while it runs; a signal's exit code is null. */
  ending: Ending | null;
}

/** Starts git under the kernel lock as a process group of its own, which outlives its parent until its input ends. */
export async function startWriter(machine: Machine, parent: Actor): Promise<Started> {
  const child = await parent.perform({ point: 'refs.start', apply: () => fork(machine, parent) });
  const writer = new SimulatedWriter(parent, child);
  if (await writer.isReady()) return { kind: 'started', writer };
  await writer.end();
  const { exitCode, stderr } = child.ending ?? { exitCode: null, stderr: '' };
  if (exitCode === NOT_TO_BE_HAD) return { kind: 'locked', path: 'the kernel lock' };
  throw gitFailed('update-ref', { exitCode, stderr });
}

function fork(machine: Machine, parent: Actor): Child {
  const { actor, identity } = machine.spawn('git');
  const child: Child = { actor, identity, input: new Pipe(), output: new Pipe(), ending: null };
  actor.onEnd(() => {
    child.ending ??= { exitCode: null, stderr: '' };
    child.output.close();
  });
  parent.onEnd(() => child.input.close());
  const { input, output } = child;
  const ended = (how: Ending) => {
    child.ending = how;
  };
  void runGit({ actor, machine, input, output, ended });
  return child;
}

/** The parent's end of it: it knows of the other's death once the kernel has told it. */
class SimulatedWriter implements Writer {
  readonly identity: ProcessIdentity;
  readonly #parent: Actor;
  readonly #child: Child;
  readonly #reaped: Promise<Ending>;
  #ending: Ending | null = null;
  #forced = false;

  constructor(parent: Actor, child: Child) {
    this.#parent = parent;
    this.#child = child;
    this.identity = child.identity;
    this.#reaped = this.#reap();
  }

  get isRunning(): boolean {
    return this.#ending === null;
  }

  get wasKilled(): boolean {
    return this.#ending !== null && this.#ending.exitCode === null && !this.#forced;
  }

  async isReady(): Promise<boolean> {
    this.#child.input.write('probe');
    return (await this.#answer()) === 'ready';
  }

  async transact(transaction: RefTransaction): Promise<Transacted> {
    this.#child.input.write({ prepare: transaction });
    if ((await this.#answer()) !== 'prepared') return this.#died();
    this.#child.input.write('commit');
    if ((await this.#answer()) !== 'committed') return this.#died();
    return { kind: 'committed' };
  }

  async end(): Promise<void> {
    this.#child.input.close();
    const over = new AbortController();
    void this.#parent.sleep(END_WAIT_MS, over.signal).then(() => this.#force());
    await this.#reaped;
    over.abort();
  }

  #force(): void {
    if (!this.isRunning) return;
    this.#forced = true;
    this.#parent.engine.kill(this.#child.actor);
  }

  async #died(): Promise<Transacted> {
    await this.end();
    return { kind: 'died', ...(await this.#reaped) };
  }

  #answer(): Promise<Reply | null> {
    return this.#child.output.read(this.#parent, 'refs.answer');
  }

  async #reap(): Promise<Ending> {
    this.#ending = await this.#parent.perform({
      point: 'refs.answer',
      ready: () => this.#child.ending !== null,
      apply: () => this.#child.ending ?? { exitCode: null, stderr: '' },
    });
    return this.#ending;
  }
}
