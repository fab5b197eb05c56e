import type { CommitId } from '../../../src/core/git.ts';
import type { ProcessIdentity } from '../../../src/core/lease/lease.ts';
import type { WakeTopic } from '../../../src/ports/wake-ups.ts';
import { Actor } from '../engine/actor.ts';
import type { Engine } from '../engine/engine.ts';
import type { Random } from '../engine/random.ts';
import { AuditFile } from './audit-file.ts';
import { Disk } from './disk.ts';
import { Server } from './server.ts';

export interface Subscriber {
  readonly actor: Actor;
  readonly topic: WakeTopic;
  readonly wake: () => void;
}

const BOOT_MS = 1_000;
/** A wall clock of 2026-11-22, so that dates have their usual number of digits. */
const EPOCH = 1_795_341_600_000;

/** One computer: its processes, its clocks, its disk, its kernel's locks. */
export class Machine {
  readonly engine: Engine;
  readonly disk = new Disk();
  readonly server = new Server();
  readonly audit: AuditFile;
  readonly subscribers = new Set<Subscriber>();
  /** Neither signals nor kernel locks work between processes, as on two machines with one disk. */
  isApart = false;
  /** Who holds the kernel lock under which refs are written. */
  kernelLock: Actor | null = null;
  #boots = 1;
  #pids = 0;
  #wallOffset = 0;
  readonly #processes = new Map<number, Actor>();
  readonly #services: (() => void)[] = [];
  /** What carries packets while no process waits for them. */
  readonly network: Actor;
  readonly #outside: Actor;

  constructor(engine: Engine) {
    this.engine = engine;
    this.audit = new AuditFile(engine.random);
    this.#outside = new Actor(engine, 'supervisor');
    this.network = new Actor(engine, 'network');
    engine.onPowerLoss = () => this.losePower();
  }

  get bootId(): string {
    return `boot-${this.#boots}`;
  }

  /** Where the branch stands: on the server, where the repository is a copy of one there. */
  tip(): CommitId {
    return this.server.branch ?? this.disk.tip();
  }

  wall(): number {
    return Math.floor(EPOCH + this.engine.now + this.#wallOffset);
  }

  /** Somebody sets the clock: forwards or back. */
  jump(ms: number): void {
    this.engine.say(() => `the wall clock jumps by ${ms} ms`);
    this.#wallOffset += ms;
  }

  /** A new process, with the identity by which others find it. */
  spawn(name: string): { readonly actor: Actor; readonly identity: ProcessIdentity } {
    this.#pids += 1;
    const pid = this.#pids;
    const actor = new Actor(this.engine, `${name}#${pid}`);
    this.#processes.set(pid, actor);
    actor.onEnd(() => {
      this.#processes.delete(pid);
      if (this.kernelLock === actor) this.kernelLock = null;
      for (const one of this.subscribers) if (one.actor === actor) this.subscribers.delete(one);
    });
    return { actor, identity: { pid, startedTicks: this.engine.now, bootId: this.bootId } };
  }

  /** SIGKILL to exactly this process, if it is still there. */
  killExactly({ pid, bootId }: ProcessIdentity): void {
    const isSeen = bootId === this.bootId && !this.isApart;
    const actor = isSeen ? this.#processes.get(pid) : undefined;
    if (actor !== undefined) this.engine.kill(actor);
  }

  /** SIGKILL to one of those whose name is wanted, if there is one. */
  killAny(isWanted: (name: string) => boolean, random: Random): void {
    const wanted = [...this.#processes.values()].filter(({ name }) => isWanted(name));
    if (wanted.length > 0) this.engine.kill(random.pick(wanted));
  }

  /** Keeps a service running: started now, again whenever its process has ended, and at each boot. */
  supervise(start: () => Actor): void {
    const begin = () => {
      const boot = this.#boots;
      start().onEnd(() => {
        const again = () => (this.#boots === boot ? begin() : undefined);
        this.engine.post(this.#outside, 'restart', again, this.engine.random.between(50, BOOT_MS));
      });
    };
    this.#services.push(begin);
    begin();
  }

  losePower(): void {
    const { random } = this.engine;
    this.engine.say(() => 'power fails');
    for (const actor of [...this.#processes.values()]) this.engine.end(actor);
    this.disk.losePower(random);
    this.audit.losePower();
    this.#boots += 1;
    const boot = this.#boots;
    for (const begin of this.#services) {
      // Unless power fails again before that.
      const first = () => (this.#boots === boot ? begin() : undefined);
      this.engine.post(this.#outside, 'boot', first, BOOT_MS + random.between(0, BOOT_MS));
    }
  }
}
